/** Asks a simulator, or pulls one of its levers. Throws with its own words where it refuses. */
export async function callControl<Answer = unknown>(
  control: string,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await fetch(`${control}/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`a simulator refused ${path}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
