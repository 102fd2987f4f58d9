import { visible } from '../format.ts';
import { Link } from '../link.tsx';
import { entityPath } from '../router.ts';

/** The way to the page of an entity; by its whole name unless another text is given. */
export function EntityLink(props: { readonly entity: string; readonly text?: string }) {
  return <Link to={entityPath(props.entity)}>{visible(props.text ?? props.entity)}</Link>;
}
