import { describe, expect, it } from 'vitest';
import { ADDRESS, ASSET, because, DeskSim, REF } from './desk.sim.ts';

/** A desk whose one withdrawal is held for U13. */
function deskWithHeld(): DeskSim {
  const desk = new DeskSim({ restless: false });
  desk.own = [because('U13')];
  desk.hold();
  desk.answer(ASSET);
  desk.answer(ADDRESS);
  desk.says();
  return desk;
}

describe('an act of people', () => {
  const release = { kind: 'release-withdrawal', ...REF, reasons: ['U13'] } as const;
  it.each([
    { name: 'another digest', act: { ...release, requestDigest: '0'.repeat(64) } },
    { name: 'another amount', act: { ...release, amountMinor: 251n } },
    { name: 'another destination', act: { ...release, address: 'bc1-mallory' } },
    { name: 'another chain', act: { ...release, chain: 'litecoin' } },
    { name: 'another account', act: { ...release, account: 'mallory' } },
    { name: 'another asset', act: { ...release, asset: 'ETH' } },
  ])('on $name is refused as digest_mismatch', ({ act }) => {
    const desk = deskWithHeld();
    desk.act({ ...act, reasons: [...act.reasons] });
    expect(desk.says()).toEqual(['held (digest_mismatch) U13']);
  });

  it.each([
    { by: 'ann', approvedBy: null, refused: 'needs_second_person' },
    { by: 'ann', approvedBy: 'ann', refused: 'needs_second_person' },
    { by: 'alice', approvedBy: 'ben', refused: 'customer_concerned' },
    { by: 'ann', approvedBy: 'alice', refused: 'customer_concerned' },
  ])('by $by and $approvedBy is refused as $refused', ({ by, approvedBy, refused }) => {
    const desk = deskWithHeld();
    desk.act({ ...release, reasons: ['U13'] }, { by, approvedBy });
    const approvers = approvedBy === null ? [by] : [by, approvedBy];
    const written = desk.written();
    expect(written.map(({ data }) => data)).toMatchObject([{ refused, approvers }]);
  });

  it('of the customer concerned rejects nothing either', () => {
    const desk = deskWithHeld();
    desk.act({ kind: 'reject-withdrawal', ...REF, note: '' }, { by: 'alice', approvedBy: null });
    expect(desk.says()).toEqual(['held (customer_concerned) U13']);
  });
});
