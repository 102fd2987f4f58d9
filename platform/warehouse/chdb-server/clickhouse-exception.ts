/** A failure in ClickHouse's own terms, as its HTTP interface reports it. */
export class ClickHouseException extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.name = 'ClickHouseException';
    this.code = code;
  }
}

/** The codes that this server raises itself; all others come from the engine. */
export const OWN_CODES = {
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  REQUEST_TOO_LARGE: 307,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  REQUIRED_PASSWORD: 194,
  AUTHENTICATION_FAILED: 516,
  CANNOT_DECOMPRESS: 271,
  ABORTED: 236,
} as const;

/** One of ClickHouse's codes by name, with the sentence that the caller reads. */
export function exception(name: keyof typeof OWN_CODES, sentence: string): ClickHouseException {
  const code = OWN_CODES[name];
  return new ClickHouseException(code, `Code: ${code}. DB::Exception: ${sentence}. (${name})`);
}

const UNCODED = 1001;

/** Whatever the engine threw, as an exception with a code. */
export function toClickHouseException(error: unknown): ClickHouseException {
  if (error instanceof ClickHouseException) return error;
  if (!(error instanceof Error)) return uncoded(String(error));
  if ('clickhouseCode' in error && typeof error.clickhouseCode === 'number') {
    return new ClickHouseException(error.clickhouseCode, error.message);
  }
  return uncoded(error.message);
}

function uncoded(text: string): ClickHouseException {
  const sentence = `Code: ${UNCODED}. DB::Exception: ${text} (STD_EXCEPTION)`;
  return new ClickHouseException(UNCODED, sentence);
}

/** The HTTP status that ClickHouse answers for a code. */
export function statusOf(code: number): number {
  return STATUS_BY_CODE.get(code) ?? 500;
}

const CODES_BY_STATUS: Readonly<Record<number, readonly number[]>> = {
  400: [6, 26, 27, 36, 38, 41, 42, 43, 47, 53, 57, 62, 69, 70, 72, 117, 137, 271, 456],
  401: [194],
  403: [164, 193, 291, 497, 516],
  404: [16, 46, 50, 60, 63, 78, 81, 115, 192, 237, 238],
  408: [159],
  411: [381],
  413: [229, 307],
  501: [48],
  503: [209, 439],
};

const STATUS_BY_CODE: ReadonlyMap<number, number> = new Map(
  Object.entries(CODES_BY_STATUS).flatMap(([status, codes]) =>
    codes.map((code): readonly [number, number] => [code, Number(status)]),
  ),
);
