/** Who plays in the story. All are invented; `.example` addresses reach nobody. */
export const COUNCIL = 'Northshire Council';
export const HOUSE = 'Łódź House';

export const AMINA = { name: 'Amina Yusuf', email: 'amina.yusuf@northshire.example' };

export interface Part {
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  /** As the invitation form calls them. */
  readonly roles: readonly string[];
  readonly authority?: string;
}

export const BETHAN: Part = {
  name: 'Bethan Price',
  email: 'bethan.price@northshire.example',
  organisation: COUNCIL,
  roles: ['Leads the partnership', 'Manager'],
};
export const RHODRI: Part = {
  name: 'Rhodri Ŵyn',
  email: 'rhodri.wyn@northshire.example',
  organisation: COUNCIL,
  roles: ['May sign agreements', 'Executive'],
  authority: 'Scheme of delegation, part 3',
};
export const ZOFIA: Part = {
  name: 'Zofia Kowalska',
  email: 'zofia.kowalska@lodz-house.example',
  organisation: HOUSE,
  roles: ['Manager'],
};
export const LUCJA: Part = {
  name: 'Łucja Wójcik',
  email: 'lucja.wojcik@lodz-house.example',
  organisation: HOUSE,
  roles: ['May sign agreements', 'Executive'],
  authority: 'Resolution of the trustees',
};
