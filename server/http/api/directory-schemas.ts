import { flag, id, list, nullable, record, text } from './schema-parts.ts';

export const Organisation = record({
  id: id('Its id'),
  name: text('Its name'),
  kind: text('What it is', { enum: ['council', 'nhs', 'charity', 'company', 'other'] }),
});

export const Person = record({
  id: id('Their id'),
  name: text('Their name'),
  email: nullable(text('Their e-mail address; null when it is not for you')),
  organisation: text('Id of their organisation'),
});

export const Member = record({
  person: text('Id of the person'),
  name: text('Their name'),
  organisation: text('Id of the organisation they act for'),
  roles: list({ type: 'string' }, 'Their roles here'),
});

export const Partnership = record({
  id: id('Its id'),
  title: text('Its title'),
  lead: text('Id of the organisation that leads it'),
  organisations: list({ type: 'string' }, 'Ids of the organisations that take part'),
  instance: id('The instance that is its own course'),
});

export const PartnershipDetails = record({
  ...Partnership.properties,
  members: list(Member),
});

export const Me = record({
  id: id('Your id'),
  name: text('Your name'),
  email: text('Your e-mail address'),
  organisation: text('Id of your organisation'),
  administrator: flag('You look after this installation'),
  coordinator: flag('You look after all partnerships'),
  memberships: list(
    record({
      partnership: text('Id of the partnership'),
      organisation: text('Id of the organisation you act for there'),
      roles: list({ type: 'string' }, 'Your roles there'),
    }),
  ),
});
