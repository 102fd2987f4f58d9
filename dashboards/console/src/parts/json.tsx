import { visible } from '../format.ts';

const INDENT = 2;

/** Data as it stands in the log: text and nothing else, whatever it contains. */
export function Json(props: { readonly data: unknown; readonly label: string }) {
  const text = JSON.stringify(props.data, null, INDENT) ?? 'nothing';
  return (
    <pre className="json" role="region" tabIndex={0} aria-label={props.label}>
      {visible(text)}
    </pre>
  );
}
