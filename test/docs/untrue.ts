import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Command } from 'commander';

/** What a paper may name. */
export interface Known {
  /** Scripts of package.json. */
  readonly scripts: ReadonlySet<string>;
  /** `GET /v1/dossiers/{code}` */
  readonly routes: readonly string[];
  /** Variables of `.env.example`. */
  readonly variables: ReadonlySet<string>;
  readonly program: Command;
}
export interface Paper {
  /** Path from the repository's root. */
  readonly file: string;
  readonly text: string;
}

/** Variables of tests and of the command line, which no server is configured with. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([
  'LIENTHONG_KEY',
  'CRASH_SEED',
  'CRASH_KILLS',
  'CRASH_ALL',
  'FILES_ALL',
  'ACTS_RUNS',
]);
const PLACES = /^(?:src|adapters|contracts|mocks|test|docs|registers|\.ci)\/[\w./-]+$/;

/** A block whose first line names a file shows parts of that file, and is held against it alone. */
const EXCERPT = /^```\w*\n\/\/ ((?:src|adapters|contracts|mocks|test)\/[\w./-]+)\n([\s\S]*?)^```$/gm;
/** Stands for what is left out between two parts. */
const LEFT_OUT = /^\s*\/\/ …\n/m;

/** Everything in a paper that names what does not exist, or shows what is not so. `root` ends with a slash. */
export function untrue(paper: Paper, known: Known, root: string): readonly string[] {
  const text = paper.text.replaceAll(EXCERPT, '');
  const code = codeOf(text);
  return [
    ...excerpts(paper.text, root),
    ...links({ ...paper, text }, root),
    ...places(code, root),
    ...scripts(text, known),
    ...routes(text, known),
    ...variables(code, known),
    ...commands(code, known),
  ].map((wrong) => `${paper.file}: ${wrong}`);
}

/** What stands in fenced blocks and between backticks, a piece each; blocks by line, continued lines joined. */
function codeOf(text: string): readonly string[] {
  const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
  const prose = text.replaceAll(/^```\w*\n[\s\S]*?^```/gm, '');
  return [
    ...fenced.flatMap((block) => block.replaceAll(/\\\n\s*/g, ' ').split('\n')),
    ...[...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? ''),
  ];
}

/** Each part stands in its file word for word, in this order; how far it is indented does not count. */
function excerpts(text: string, root: string): readonly string[] {
  return [...text.matchAll(EXCERPT)].flatMap((match) => {
    const [, file = '', block = ''] = match;
    if (!existsSync(root + file)) return [`${file}, of which a part is shown, is not in the repository`];
    const whole = flat(readFileSync(root + file, 'utf8'));
    let from = 0;
    for (const part of block.split(LEFT_OUT).map(flat)) {
      const at = whole.indexOf(part, from);
      if (at < 0) return [`${file} has no such part: ${part.split('\n')[0]}`];
      from = at + part.length;
    }
    return [];
  });
}

const flat = (code: string): string => code.replaceAll(/^[ \t]+/gm, '');

function links({ file, text }: Paper, root: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const [path = '', heading] = (match[1] ?? '').split('#');
    if (/^[a-z]+:/.test(path)) return [];
    const target = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(root + target)) return [`the link ${match[1]} leads nowhere`];
    if (heading === undefined || headings(readFileSync(root + target, 'utf8')).includes(decodeURIComponent(heading)))
      return [];
    return [`the link ${match[1]} names a heading that is not there`];
  });
}

const headings = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );

function places(code: readonly string[], root: string): readonly string[] {
  return code
    .filter((piece) => PLACES.test(piece) && !existsSync(root + piece))
    .map((piece) => `${piece} is not in the repository`);
}

function scripts(text: string, known: Known): readonly string[] {
  return [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((script) => !known.scripts.has(script))
    .map((script) => `npm has no script ${script}`);
}

function routes(text: string, known: Known): readonly string[] {
  const named = /(?:\b(GET|PUT|POST|PATCH|DELETE)\s+)?(\/(?:v1|callbacks)\/[\w{}./:-]*[\w}])/g;
  return [...text.matchAll(named)].flatMap((match) => {
    const [, method, path = ''] = match;
    // `/v1/admin/…` and `/v1/…` speak of many.
    if (text[match.index + match[0].length] === '/') return [];
    const fits = known.routes.some((route) => {
      const [verb, template = ''] = route.split(' ');
      const shape = template.split('/').map((segment) => (/^\{\w+\}$/.test(segment) ? '[^/]+' : escaped(segment)));
      return (method === undefined || method === verb) && new RegExp(`^${shape.join('/')}$`).test(path);
    });
    return fits ? [] : [`there is no route ${match[0].trim()}`];
  });
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

function variables(code: readonly string[], known: Known): readonly string[] {
  return code
    .flatMap((piece) => piece.match(/(?<![\w<])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w*])/g) ?? [])
    .map((name) => (known.variables.has(name) ? name : name.replace(/_FILE$/, '')))
    .filter((name) => name !== 'NAME' && !known.variables.has(name) && !OTHER_VARIABLES.has(name))
    .map((name) => `${name} is not in .env.example`);
}

function commands(code: readonly string[], known: Known): readonly string[] {
  return code.flatMap((piece) =>
    [...piece.matchAll(/(?:^|[\s;&|])lienthong +([^|;&#]+)/g)].flatMap((match) =>
      command((match[1] ?? '').trim().split(/\s+/), known.program),
    ),
  );
}

/** One command line: its words lead down the tree, and its options belong to what they lead to. */
function command(words: readonly string[], program: Command): readonly string[] {
  if (!/^[a-z][a-z-]*$/.test(words[0] ?? '')) return [];
  let here = program;
  const path: Command[] = [];
  for (const word of words) {
    const next = here.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    here = next;
    path.push(next);
  }
  const said = `lienthong ${words.join(' ')}`;
  if (path.length === 0) return [`there is no command ${said}`];
  const word = words[path.length];
  if (here.commands.length > 0 && word !== undefined && /^[a-z]/.test(word)) return [`there is no command ${said}`];
  return words
    .filter((each) => each.startsWith('--'))
    .map((each) => each.split('=')[0] ?? each)
    .filter((option) => !path.some((each) => each.options.some(({ long }) => long === option)))
    .map((option) => `${said}: there is no option ${option}`);
}
