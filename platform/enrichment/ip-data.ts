import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import type { IpFacts, IpLookup } from '../../ingest/steps/enrich.ts';
import { readIpRanges } from './ip-ranges.ts';

const require = createRequire(import.meta.url);
const COUNTRY_PACKAGE = path.dirname(
  require.resolve('@ip-location-db/geo-whois-asn-country/package.json'),
);
const ASN_PACKAGE = path.dirname(require.resolve('@ip-location-db/asn/package.json'));
const PLACES_FILE = new URL('country-places.csv', import.meta.url);

const LETTER_BASE = 256;
/** Addresses whose facts are at hand; a fuller cache starts anew. */
const CACHED_IPS_MAX = 20_000;

const manifest = z.object({ version: z.string() });

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Reads the tables of countries and autonomous systems, some 14 MB once they are in memory, and
 * answers from them. Every answer names the versions of the data that it came from.
 */
export async function loadIpData(): Promise<IpLookup> {
  const countries = readIpRanges({
    v4: await csv(COUNTRY_PACKAGE, 'geo-whois-asn-country-ipv4-num.csv'),
    v6: await csv(COUNTRY_PACKAGE, 'geo-whois-asn-country-ipv6-num.csv'),
    valueOf: lettersToNumber,
  });
  const systems = readIpRanges({
    v4: await csv(ASN_PACKAGE, 'asn-ipv4-num.csv'),
    v6: await csv(ASN_PACKAGE, 'asn-ipv6-num.csv'),
    valueOf: Number,
  });
  const places = placesOf(await readFile(PLACES_FILE, 'utf8'));
  const data = `country ${await versionOf(COUNTRY_PACKAGE)}, asn ${await versionOf(ASN_PACKAGE)}`;
  return cached((ip) => {
    const code = countries.find(ip);
    const asn = systems.find(ip);
    if (code === undefined && asn === undefined) return undefined;
    const country = code === undefined ? undefined : numberToLetters(code);
    const place = country === undefined ? undefined : places.get(country);
    return {
      data,
      ...(country === undefined ? {} : { country }),
      ...(asn === undefined ? {} : { asn }),
      ...(place === undefined ? {} : place),
    };
  });
}

/** Requests come in runs from the same addresses. */
function cached(lookUp: IpLookup): IpLookup {
  const known = new Map<string, IpFacts | null>();
  return (ip) => {
    const found = known.get(ip);
    if (found !== undefined) return found ?? undefined;
    if (known.size >= CACHED_IPS_MAX) known.clear();
    const facts = lookUp(ip);
    known.set(ip, facts ?? null);
    return facts;
  };
}

async function csv(directory: string, file: string): Promise<string> {
  return await readFile(path.join(directory, file), 'latin1');
}

/** Two capital letters as a number, and back: a country costs no text in memory. */
function lettersToNumber(text: string): number {
  return text.charCodeAt(0) * LETTER_BASE + text.charCodeAt(1);
}

function numberToLetters(value: number): string {
  return String.fromCharCode(Math.floor(value / LETTER_BASE), value % LETTER_BASE);
}

async function versionOf(directory: string): Promise<string> {
  const text = await readFile(path.join(directory, 'package.json'), 'utf8');
  return manifest.parse(JSON.parse(text)).version;
}

/** Where most of a country's land lies; a code without a line has no place. */
function placesOf(text: string): ReadonlyMap<string, Place> {
  const lines = text.trimEnd().split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [country = '', latitude, longitude] = line.split(',');
      return [country, { latitude: Number(latitude), longitude: Number(longitude) }];
    }),
  );
}
