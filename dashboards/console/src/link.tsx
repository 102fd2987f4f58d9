import type { MouseEvent, ReactNode } from 'react';

import { navigate } from './router.ts';

/** A link inside the console: a real address for the browser, without loading the page again. */
export function Link(props: {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly label?: string;
}) {
  const { to, children, className = 'link', label } = props;
  const onClick = (event: MouseEvent): void => {
    const plainClick = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);
    if (!plainClick) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} className={className} aria-label={label} onClick={onClick}>
      {children}
    </a>
  );
}
