import { z } from 'zod';
import type { Assets } from '../../routes/assets.ts';
import { problem } from '../../routes/problem.ts';
import { empty, json, type Route, route, text } from '../../routes/route.ts';

type AssetName = keyof typeof assetTypes;

const assetTypes = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;

const PAGE = `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lienthong: tài liệu API</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="documentation"></div>
<noscript>Trang này cần JavaScript; bản máy đọc ở /openapi.json. This page needs JavaScript; see /openapi.json.</noscript>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#documentation', deepLinking: true, validatorUrl: null });
`;

/**
 * Everything comes from here and nothing from elsewhere. Inline styles are allowed, because the viewer sets some on
 * its elements; inline scripts are not. Images may be the viewer's own icons, which it carries as data.
 */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The contract for machines at `/openapi.json` and for people at `/docs`, without any outside asset. */
export const documentationRoutes = (parts: {
  readonly assets: Assets;
  /** The document of all routes. */
  readonly openApi: () => object;
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/openapi.json',
      operationId: 'getOpenApi',
      scope: 'public',
      summary: 'This contract',
      description: 'The OpenAPI 3.1 document of everything that the gateway offers.',
      tags: ['process'],
      responses: { 200: json(z.looseObject({ openapi: z.string() }), 'OpenAPI 3.1') },
    },
    () => ({ status: 200, body: parts.openApi() as { openapi: string }, headers: { 'cache-control': 'no-cache' } }),
  ),
  route(
    {
      method: 'get',
      path: '/',
      operationId: 'getRoot',
      scope: 'public',
      summary: 'Where people begin',
      description: 'Leads to the documentation.',
      tags: ['process'],
      hidden: true,
      responses: { 302: empty('Go to `/docs`') },
    },
    () => ({ status: 302, headers: { location: '/docs' } }),
  ),
  route(
    {
      method: 'get',
      path: '/docs',
      operationId: 'getDocumentation',
      scope: 'public',
      summary: 'This contract, for people',
      description: 'A page that shows the contract and lets one try it.',
      tags: ['process'],
      hidden: true,
      responses: { 200: text('text/html; charset=utf-8', 'The page') },
    },
    () => ({
      status: 200,
      text: PAGE,
      headers: { 'content-security-policy': PAGE_POLICY, 'referrer-policy': 'no-referrer' },
    }),
  ),
  route(
    {
      method: 'get',
      path: '/docs/start.js',
      operationId: 'getDocumentationStart',
      scope: 'public',
      summary: 'Starts the page',
      description: 'The script that starts the documentation page.',
      tags: ['process'],
      hidden: true,
      responses: { 200: text('text/javascript; charset=utf-8', 'The script') },
    },
    () => ({ status: 200, text: START }),
  ),
  route(
    {
      method: 'get',
      path: '/docs/assets/{name}',
      operationId: 'getDocumentationAsset',
      scope: 'public',
      summary: 'A file of the page',
      description: 'One of the files that the documentation page is made of.',
      tags: ['process'],
      hidden: true,
      params: z.object({ name: z.string() }),
      responses: { 200: text('application/octet-stream', 'The file') },
      problems: ['not-found'],
    },
    async ({ params }) => {
      if (!isAssetName(params.name)) return problem('not-found');
      const bytes = await parts.assets.read(params.name);
      if (bytes === undefined) return problem('not-found');
      return {
        status: 200,
        text: bytes,
        headers: { 'content-type': assetTypes[params.name], 'cache-control': 'public, max-age=3600' },
      };
    },
  ),
];

function isAssetName(name: string): name is AssetName {
  return Object.hasOwn(assetTypes, name);
}
