import type { OrganisationKind } from '../../store/directory.ts';

/** The organisations and people of the story. All are invented; `.example` addresses reach nobody. */
export const ORGANISATIONS: Readonly<
  Record<
    string,
    { readonly name: string; readonly kind: OrganisationKind; readonly address: string }
  >
> = {
  council: {
    name: 'Marlowe Vale Council',
    kind: 'council',
    address: 'County Hall, Bridge Street, Marlowe MV1 2AB',
  },
  trust: {
    name: 'Eastmere NHS Foundation Trust',
    kind: 'nhs',
    address: 'Eastmere General Hospital, Mere Road, Marlowe MV4 6QQ',
  },
  lodz: {
    name: 'Łódź House',
    kind: 'charity',
    address: '14 Weavers Row, Marlowe MV2 5TN',
  },
  helen: {
    name: 'Ελένη Centre for Families',
    kind: 'charity',
    address: 'The Old School, Church Lane, Ŵyn Bridge MV7 1DX',
  },
};

export interface Part {
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly roles: readonly string[];
  readonly authority?: string;
}

/** Who looks after all partnerships of the installation. */
export const COORDINATOR: Omit<Part, 'roles'> = {
  name: 'Morgan Ŵyn',
  email: 'morgan.wyn@marlowe-vale.example',
  organisation: 'council',
};

/** "Home from Hospital": the council leads, with the hospital trust and a charity. */
export const HOME_FROM_HOSPITAL: Readonly<Record<string, Part>> = {
  amara: part('Amara Okafor', 'amara.okafor@marlowe-vale', 'council', ['lead', 'manager']),
  sian: part('Siân Pryce', 'sian.pryce@marlowe-vale', 'council', ['finance']),
  daniel: part('Daniel Whitlock', 'daniel.whitlock@marlowe-vale', 'council', ['people']),
  farah: part('Farah Aziz', 'farah.aziz@marlowe-vale', 'council', ['legal']),
  tomasz: part('Tomasz Nowak', 'tomasz.nowak@marlowe-vale', 'council', ['information']),
  rhodri: part(
    'Rhodri Ŵyn-Griffiths',
    'rhodri.wyn-griffiths@marlowe-vale',
    'council',
    ['signatory', 'executive'],
    'Council constitution, part 3, scheme of delegation to officers',
  ),
  niamh: part('Niamh O’Connor', 'niamh.oconnor@eastmere-trust', 'trust', ['manager']),
  peter: part('Peter Grant', 'peter.grant@eastmere-trust', 'trust', ['finance']),
  leila: part('Leila Haddad', 'leila.haddad@eastmere-trust', 'trust', ['people']),
  ravi: part('Ravi Menon', 'ravi.menon@eastmere-trust', 'trust', ['legal']),
  chidi: part('Chidi Eze', 'chidi.eze@eastmere-trust', 'trust', ['information']),
  helena: part(
    'Helena Zielińska',
    'helena.zielinska@eastmere-trust',
    'trust',
    ['signatory', 'executive'],
    'Trust standing orders, reservation and delegation of powers, 4.2',
  ),
  grainne: part(
    'Gráinne Ó Dálaigh',
    'grainne.odalaigh@eastmere-trust',
    'trust',
    ['signatory'],
    'Chair of the board, by resolution of the board',
  ),
  grace: part('Grace Mensah', 'grace.mensah@eastmere-trust', 'trust', ['practitioner']),
  zofia: part('Zofia Kowalska', 'zofia.kowalska@lodz-house', 'lodz', ['manager']),
  lucja: part(
    'Łucja Wójcik',
    'lucja.wojcik@lodz-house',
    'lodz',
    ['signatory', 'executive'],
    'Resolution of the trustees',
  ),
  beatrice: part('Beatrice Holt', 'beatrice.holt@marlowe-vale', 'council', ['second-tier']),
  idris: part('Idris Vaughan', 'idris.vaughan@even-ground', 'council', ['facilitator']),
};

/** "Safe at Home": a charity leads, with the council and a second charity. */
export const SAFE_AT_HOME: Readonly<Record<string, Part>> = {
  zofia: part('Zofia Kowalska', 'zofia.kowalska@lodz-house', 'lodz', ['lead', 'manager']),
  lucja: part(
    'Łucja Wójcik',
    'lucja.wojcik@lodz-house',
    'lodz',
    ['signatory', 'executive'],
    'Resolution of the trustees',
  ),
  oliver: part('Oliver Marsh', 'oliver.marsh@marlowe-vale', 'council', ['manager']),
  rhodri: part(
    'Rhodri Ŵyn-Griffiths',
    'rhodri.wyn-griffiths@marlowe-vale',
    'council',
    ['signatory', 'executive'],
    'Council constitution, part 3, scheme of delegation to officers',
  ),
  nikos: part('Nikos Georgiou', 'nikos.georgiou@eleni-centre', 'helen', ['manager']),
  eleni: part(
    'Ελένη Παπαδοπούλου',
    'eleni.papadopoulou@eleni-centre',
    'helen',
    ['signatory', 'executive'],
    'Memorandum and articles, 12.1',
  ),
  maria: part('Maria Θεοδώρου', 'maria.theodorou@eleni-centre', 'helen', ['practitioner']),
  beatrice: part('Beatrice Holt', 'beatrice.holt@marlowe-vale', 'council', ['second-tier']),
};

function part(
  name: string,
  mailbox: string,
  organisation: string,
  roles: readonly string[],
  authority?: string,
): Part {
  const email = `${mailbox}.example`;
  return { name, email, organisation, roles, ...(authority === undefined ? {} : { authority }) };
}
