/**
 * The rules of `promtool check metrics` (client_golang, `prometheus/testutil/promlint/validations`) on a page of metrics,
 * and besides: a unit stands at the end of a name, before `_total` alone. Answers what is against them, in words.
 */
export function lint(page: string): readonly string[] {
  return [...families(page)].flatMap(([name, family]) => [
    ...nameFaults(name, family),
    ...[...family.labels].flatMap((label) => labelFaults(name, label, family.type)),
  ]);
}

interface Family {
  help: string;
  type: string;
  readonly labels: Set<string>;
}

function families(page: string): ReadonlyMap<string, Family> {
  const all = new Map<string, Family>();
  const at = (name: string): Family => {
    const held = all.get(name) ?? { help: '', type: 'untyped', labels: new Set<string>() };
    all.set(name, held);
    return held;
  };
  for (const line of page.split('\n')) {
    const [, kind, about = '', text = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (kind === 'HELP') at(about).help = text;
    else if (kind === 'TYPE') at(about).type = text;
    const [, sample, labels = ''] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? /.exec(line) ?? [];
    if (sample === undefined) continue;
    const base = sample.replace(/_(bucket|sum|count)$/, '');
    const family = /histogram|summary/.test(all.get(base)?.type ?? '') ? at(base) : at(sample);
    for (const [, label = ''] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) family.labels.add(label);
  }
  return all;
}

const BASE: Readonly<Record<string, readonly string[]>> = {
  seconds: ['milliseconds', 'microseconds', 'nanoseconds', 'minutes', 'hours', 'days', 'weeks'],
  bytes: ['kilobytes', 'megabytes', 'gigabytes', 'terabytes', 'kibibytes', 'mebibytes', 'gibibytes', 'bits'],
  ratio: ['percent', 'percents', 'percentage'],
  meters: ['millimeters', 'centimeters', 'kilometers'],
  grams: ['milligrams', 'kilograms'],
  celsius: ['kelvins', 'fahrenheit'],
};
const ABBREVIATED = new Set(['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd']);
const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary']);

function nameFaults(name: string, { help, type }: Family): readonly string[] {
  const faults: string[] = [];
  const parts = name.split('_');
  const bare = name.replace(/_total$/, '').split('_');
  if (help === '') faults.push('no help');
  if (type === 'untyped') faults.push('no type');
  if (type === 'counter' && !name.endsWith('_total')) faults.push('a counter ends in _total');
  if (type !== 'counter' && name.endsWith('_total')) faults.push('only a counter ends in _total');
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) faults.push('not in lower snake case');
  for (const part of parts) {
    const base = Object.entries(BASE).find(([, others]) => others.includes(part))?.[0];
    if (base !== undefined) faults.push(`${part} is no base unit, ${base} is`);
    if (ABBREVIATED.has(part)) faults.push(`the unit ${part} is abbreviated`);
    if (TYPES.has(part)) faults.push('the type stands in the name');
  }
  for (const part of bare.slice(0, -1)) if (part in BASE) faults.push(`the unit ${part} is not at the end`);
  const [ending] = /_(bucket|sum|count)$/.exec(name) ?? [];
  if (ending !== undefined) faults.push(`${ending} is for histograms and summaries`);
  return faults.map((fault) => `${name}: ${fault}`);
}

function labelFaults(name: string, label: string, type: string): readonly string[] {
  const faults: string[] = [];
  if (!/^[a-z][a-z0-9_]*$/.test(label)) faults.push(`the label ${label} is not in lower snake case`);
  if (label === 'le' && type !== 'histogram') faults.push('the label le is for histograms');
  if (label === 'quantile' && type !== 'summary') faults.push('the label quantile is for summaries');
  return faults.map((fault) => `${name}: ${fault}`);
}
