import type { MouseEvent, ReactNode } from 'react';

import { navigate } from './router.ts';

/** A link inside the console: a real address for the browser, without loading the page again. */
export function Link(props: {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly label?: string;
  /** Leads to where one is. */
  readonly current?: boolean;
  readonly tone?: string;
}) {
  const { to, children, className = 'link', label, current = false, tone } = props;
  const onClick = (event: MouseEvent): void => {
    const plainClick = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);
    if (!plainClick) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a
      href={to}
      className={className}
      aria-label={label}
      aria-current={current ? 'page' : undefined}
      data-tone={tone}
      onClick={onClick}
    >
      {children}
    </a>
  );
}
