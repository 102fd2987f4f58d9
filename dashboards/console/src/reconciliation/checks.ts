import type { BookView } from '../../../../core/views.ts';

/** One comparison of the books: what must equal what, and by how much it does not. */
export interface Check {
  readonly name: string;
  readonly says: string;
  /** Minor units, or null where the check holds. */
  readonly differenceMinor: string | null;
}

const CHECKS: readonly {
  readonly kind: BookView['breaks'][number]['kind'];
  readonly name: string;
  readonly says: string;
}[] = [
  { kind: 'engine_ledger', name: 'Engine = ledger', says: 'per account, at the same command' },
  { kind: 'liabilities_wallets', name: 'L + T = G', says: 'what is owed is in wallets' },
  { kind: 'wallets_custody', name: 'G − C in flight', says: 'ledger and custody agree' },
  { kind: 'custody_stale', name: 'Custody reports', says: 'its last report is fresh' },
];

/** The checks of every cut, in the order in which they are made. */
export function checksOf(book: BookView): readonly Check[] {
  return CHECKS.map(({ kind, name, says }) => {
    const found = book.breaks.find((each) => each.kind === kind);
    return { name, says, differenceMinor: found?.amountMinor ?? null };
  });
}

/** G − C where custody reports, otherwise what stands in suspense: the line worth watching. */
export function watchedMinor(book: BookView): { readonly suspense: bigint; readonly gap: bigint } {
  const gap =
    book.custodyMinor === null ? 0n : BigInt(book.ledgerMinor) - BigInt(book.custodyMinor);
  return { suspense: BigInt(book.suspenseMinor), gap };
}

/** Only for a picture: the nearest float of an exact amount. */
export function forPicture(of: { readonly minor: bigint; readonly decimals: number }): number {
  const scale = 10n ** BigInt(of.decimals);
  return Number(of.minor / scale) + Number(of.minor % scale) / Number(scale);
}
