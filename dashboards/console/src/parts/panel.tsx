import { useId, type ReactNode } from 'react';

/** A region of the page with its name; `id` is what links inside the page lead to. */
export function Panel(props: {
  readonly id: string;
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const headingId = useId();
  return (
    <section className="panel" id={props.id} aria-labelledby={headingId} tabIndex={-1}>
      <header className="panel-head">
        <h2 id={headingId}>{props.title}</h2>
        {props.aside === undefined ? null : <div className="panel-aside">{props.aside}</div>}
      </header>
      {props.children}
    </section>
  );
}

/** A part of a detail with its own heading. */
export function Part(props: { readonly title: string; readonly children: ReactNode }) {
  const headingId = useId();
  return (
    <section className="part" aria-labelledby={headingId}>
      <h3 id={headingId}>{props.title}</h3>
      {props.children}
    </section>
  );
}

/** A table that scrolls by itself, by keyboard too, so that the page never moves sideways. */
export function Scroll(props: {
  readonly label: string;
  readonly children: ReactNode;
  readonly tall?: boolean;
}) {
  return (
    <div
      className="scroll"
      data-tall={props.tall === true}
      role="region"
      aria-label={props.label}
      tabIndex={0}
    >
      {props.children}
    </div>
  );
}
