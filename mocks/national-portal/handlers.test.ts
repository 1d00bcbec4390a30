import { InterceptorSource } from 'msw/experimental';
import { expect, test } from 'vitest';

test('the msw exports the handlers need exist', () => {
  expect(InterceptorSource).toBeTypeOf('function');
});
