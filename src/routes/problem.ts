import {
  type FieldError,
  type ProblemBody,
  type ProblemCode,
  problemKinds,
  problemType,
} from '../../contracts/v1/problem.ts';

type Member = string | number | boolean | null;

/** A "no" of ours as a value: a handler returns it, the mechanism writes it. It never holds a personal datum. */
export interface Problem<Code extends ProblemCode = ProblemCode> {
  readonly problem: Code;
  /** One English sentence about this case; constant text and codes only. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the document, such as the revision held. */
  readonly more?: Readonly<Record<string, Member | readonly Readonly<Record<string, Member>>[]>>;
}

export const problem = <Code extends ProblemCode>(
  code: Code,
  about: Omit<Problem<Code>, 'problem'> = {},
): Problem<Code> => ({ problem: code, ...about });

export function isProblem(value: object): value is Problem {
  return 'problem' in value;
}

/** A problem met too deep to return it: caught and written by the mechanism like a returned one. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Problem;
  constructor(refusal: Problem) {
    super(refusal.problem);
    this.refusal = refusal;
  }
}

export function problemDocument(value: Problem, requestId: string): ProblemBody {
  const kind = problemKinds[value.problem];
  return {
    type: problemType(value.problem),
    title: `${kind.vi} (${kind.en})`,
    status: kind.status,
    code: value.problem,
    ...(value.detail === undefined ? {} : { detail: value.detail }),
    requestId,
    ...(value.errors === undefined ? {} : { errors: [...value.errors] }),
    ...value.more,
  };
}
