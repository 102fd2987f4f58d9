import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { corrupt } from './corrupt.ts';
import type { FileLayer, OpenFile } from './file-layer.ts';
import { GroupScanner } from './group-scanner.ts';
import type { ScannedGroup } from './group-scanner.ts';
import {
  SEGMENT_HEADER_BYTES,
  decodeSegmentHeader,
  encodeSegmentHeader,
  offsetOf,
  positionOf,
  segmentName,
  segmentOf,
  segmentOfName,
} from './journal-format.ts';

const FIRST_SEGMENT = 1;
const SALT_BYTES = 4;

/** The whole prefix that was found, and where it ends. */
export interface RecoveredJournal {
  readonly end: number;
  /** Sequence number of the last group, 0 in an empty journal. */
  readonly sequence: number;
  readonly salt: number;
  /** Bytes of the segments before the last one. */
  readonly sealedBytes: number;
  /** The last group holds entries, so that no later header says yet that it is on disk. */
  readonly endsWithEntries: boolean;
}

interface RecoverOptions {
  readonly fileLayer: FileLayer;
  readonly directory: string;
  /** Called with each whole group in order; throws if the entries make no sense. */
  readonly takeGroup: (group: ScannedGroup) => void;
}

/** What the scan knows after the segments it has seen. */
interface Progress {
  end: number;
  syncedEnd: number;
  sequence: number;
  salt: number | undefined;
  sealedBytes: number;
  endsWithEntries: boolean;
}

/**
 * Reads the journal's whole prefix and changes nothing. A broken group at the end is left out if no
 * later header says that it was on disk; anything else that is broken throws `log_corrupt`.
 */
export async function readJournal(options: RecoverOptions): Promise<RecoveredJournal> {
  return withSalt(await scanSegments(options));
}

/**
 * The same, and then makes the prefix what the disk holds: cuts what lies above it, writes again
 * the groups that no header certifies (a killed process may have left them in memory only), syncs.
 */
export async function recoverJournal(options: RecoverOptions): Promise<RecoveredJournal> {
  const { fileLayer, directory } = options;
  const progress = await scanSegments(options);
  const recovered = withSalt(progress);
  const file = await fileLayer.create(join(directory, segmentName(segmentOf(recovered.end))));
  try {
    await file.truncate(offsetOf(recovered.end));
    await rewriteUncertified({ file, recovered, syncedEnd: progress.syncedEnd });
    await file.sync();
  } finally {
    await file.close();
  }
  await fileLayer.syncDirectory(directory);
  return recovered;
}

async function scanSegments(options: RecoverOptions): Promise<Progress> {
  const start = positionOf({ segment: FIRST_SEGMENT, offset: SEGMENT_HEADER_BYTES });
  const progress: Progress = {
    end: start,
    syncedEnd: start,
    sequence: 0,
    salt: undefined,
    sealedBytes: 0,
    endsWithEntries: false,
  };
  const segments = await listSegments(options);
  for (const segment of segments) {
    const path = join(options.directory, segmentName(segment));
    const file = await options.fileLayer.openForReading(path);
    try {
      const isLast = segment === segments.at(-1);
      await scanSegment({ ...options, file, segment, isLast, progress });
    } finally {
      await file.close();
    }
  }
  return progress;
}

async function listSegments({ fileLayer, directory }: RecoverOptions): Promise<readonly number[]> {
  const segments: number[] = [];
  for (const name of await fileLayer.list(directory)) {
    const segment = segmentOfName(name);
    if (segment !== undefined) segments.push(segment);
  }
  segments.sort((left, right) => left - right);
  for (const [index, segment] of segments.entries()) {
    const expected = { segment: FIRST_SEGMENT + index, offset: 0 };
    if (segment !== expected.segment) throw corrupt(expected, 'the file is missing');
  }
  return segments;
}

interface SegmentScan extends RecoverOptions {
  readonly file: OpenFile;
  readonly segment: number;
  readonly isLast: boolean;
  readonly progress: Progress;
}

async function scanSegment(scan: SegmentScan): Promise<void> {
  const { file, segment, isLast, progress } = scan;
  const size = await file.size();
  const headerBytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  const headerRead = await file.read({ offset: 0, bytes: headerBytes });
  const salt = decodeSegmentHeader(headerBytes.subarray(0, headerRead), segment);
  if (salt === undefined || (progress.salt !== undefined && salt !== progress.salt)) {
    // Groups are written only after the segment's header is on disk.
    if (!isLast || size > SEGMENT_HEADER_BYTES) throw corrupt({ segment, offset: 0 }, 'bad header');
    progress.end = positionOf({ segment, offset: SEGMENT_HEADER_BYTES });
    progress.syncedEnd = positionOf({ segment, offset: 0 });
    return;
  }
  progress.salt = salt;
  const scanner = new GroupScanner({ file, segment, size, salt });
  await scanGroups(scan, scanner);
  progress.end = positionOf({ segment, offset: scanner.offset });
  if (segmentOf(progress.syncedEnd) < segment) {
    progress.syncedEnd = positionOf({ segment, offset: 0 });
  }
  if (!isLast) progress.sealedBytes += scanner.offset;
}

async function scanGroups(scan: SegmentScan, scanner: GroupScanner): Promise<void> {
  const { segment, progress } = scan;
  let isSecondLook = false;
  while (!scanner.isAtEnd) {
    const group = await scanner.next(progress.sequence + 1);
    if (group !== undefined) {
      scan.takeGroup(group);
      progress.sequence += 1;
      progress.syncedEnd = group.header.syncedEnd;
      progress.endsWithEntries = group.payload.length > 0;
      isSecondLook = false;
      continue;
    }
    const isTail = scan.isLast && !(await scanner.isCertifiedByLaterGroup());
    if (isTail) return;
    const broken = { segment, offset: scanner.offset };
    if (isSecondLook) throw corrupt(broken, 'a group that was on disk is not whole');
    // A writer at work may have completed the group between the two reads.
    isSecondLook = true;
    scanner.forget();
  }
}

async function rewriteUncertified(at: {
  readonly file: OpenFile;
  readonly recovered: RecoveredJournal;
  readonly syncedEnd: number;
}): Promise<void> {
  const segment = segmentOf(at.recovered.end);
  if (offsetOf(at.recovered.end) === SEGMENT_HEADER_BYTES) {
    const header = encodeSegmentHeader({ segment, salt: at.recovered.salt });
    await at.file.write({ offset: 0, bytes: header });
    return;
  }
  const from = Math.max(offsetOf(at.syncedEnd), SEGMENT_HEADER_BYTES);
  const bytes = Buffer.alloc(offsetOf(at.recovered.end) - from);
  await at.file.read({ offset: from, bytes });
  await at.file.write({ offset: from, bytes });
}

function withSalt(progress: Progress): RecoveredJournal {
  const { end, sequence, sealedBytes, endsWithEntries } = progress;
  const salt = progress.salt ?? randomBytes(SALT_BYTES).readUInt32LE();
  return { end, sequence, salt, sealedBytes, endsWithEntries };
}
