import type { MeView } from '../../../../core/views.ts';
import { BooksPanel } from './books-panel.tsx';

/** The three books of every asset, cut by cut, what broke them, and the blocks that followed. */
export function ReconciliationPage(props: { readonly me: MeView }) {
  return (
    <div className="single">
      <BooksPanel me={props.me} />
    </div>
  );
}
