import { EntityLink } from '../entities/entity-link.tsx';
import { Part } from '../parts/panel.tsx';

const SHOWN_FIRST = 12;

/** Who and what the incident is about. */
export function Entities(props: { readonly entities: readonly string[] }) {
  const { entities } = props;
  const rest = entities.slice(SHOWN_FIRST);
  return (
    <Part title="Who and what it is about">
      <Chips names={entities.slice(0, SHOWN_FIRST)} />
      {rest.length === 0 ? null : (
        <details>
          <summary>{rest.length} more</summary>
          <Chips names={rest} />
        </details>
      )}
    </Part>
  );
}

function Chips(props: { readonly names: readonly string[] }) {
  return (
    <ul className="chips">
      {props.names.map((name) => (
        <li key={name}>
          <EntityLink entity={name} />
        </li>
      ))}
    </ul>
  );
}
