import type { ActView } from '../../../../core/views.ts';
import { formatCount } from '../format.ts';

/** How far an applied act has come, while that is not everywhere. */
export function InForce(props: { readonly view: ActView }) {
  const { inForce } = props.view;
  if (inForce === null || inForce.partitions >= inForce.of) return null;
  return (
    <span className="quiet">
      in force in {formatCount(inForce.partitions)} of {formatCount(inForce.of)} partitions{' '}
    </span>
  );
}
