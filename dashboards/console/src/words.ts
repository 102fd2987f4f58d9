import { visible } from './format.ts';

/** Stable names that the log uses, and what they mean to a person. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['A11', 'Balance changed by hand without ticket or approver'],
  ['U13', 'Withdrawal soon after the address was changed'],
  ['S01', 'The books of an asset do not agree'],
  ['asset_blocked', 'Withdrawals of the asset are blocked'],
  ['break_open', 'No clean cut has come since the block'],
  ['not_blocked', 'The asset is not blocked'],
  ['risk_behind', 'Not every lane has answered in time'],
  ['unjudged', 'An event of this customer could not be judged'],
  ['same_person', 'Who asked cannot approve'],
  ['no_right', 'Your rights do not include this'],
  ['digest_mismatch', 'What was shown is not what was asked for'],
  ['request_closed', 'Somebody has closed this request already'],
  ['unknown_request', 'This request does not exist'],
  ['duplicate_request', 'This request was sent before'],
  ['insufficient_funds', 'More than the available balance'],
  ['unreachable', 'Vigil does not answer'],
  ['unexpected_answer', 'The answer cannot be read'],
  ['engine_ledger', 'Engine and ledger differ'],
  ['liabilities_wallets', 'More is owed than the ledger has in wallets'],
  ['wallets_custody', 'Ledger and custody differ'],
  ['custody_stale', 'Custody has not reported'],
]);

/** What a reason means; one that has no entry reads as its own words. */
export function meaning(reason: string): string {
  return MEANINGS.get(reason) ?? sentence(reason);
}

/** A name in camel or snake case as words, without its unit: `availableMinor` is `Available`. */
export function label(key: string): string {
  const bare = key.replace(/(?:AtMs|Minor|Ms(?=(?:Max|Min)?$))/, '');
  return sentence(bare === '' ? key : bare);
}

function sentence(name: string): string {
  const words = visible(name)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
