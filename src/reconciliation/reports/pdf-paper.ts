import { type PDFDocument, PDFName } from '@cantoo/pdf-lib';
import type { Typeface } from './pdf-type.ts';

/** Red, green and blue, from 0 to 1. */
export type Ink = readonly [number, number, number];
export const BLACK: Ink = [0, 0, 0];
export const GREY: Ink = [0.38, 0.38, 0.38];
export const RED: Ink = [0.72, 0.05, 0.05];

export interface Setting {
  readonly size: number;
  readonly ink?: Ink;
  readonly heavy?: boolean;
  /** Where the text stands between `x` and `x + width`. */
  readonly align?: 'left' | 'right' | 'centre';
}

/**
 * Pages that are filled from the top down. `y` is where the next thing stands, in points from the foot of the page.
 * What is put down is kept as text until the end: a page costs a few kilobytes.
 */
export interface Paper {
  readonly type: Typeface;
  readonly left: number;
  readonly width: number;
  /** Of what is written on a page, its head too. */
  readonly top: number;
  /** Of what a page holds between its head and its foot. */
  readonly height: number;
  y: number;
  /** Turns the page where less than `height` is left, and says whether it did. */
  turn(height: number): boolean;
  text(text: string, x: number, y: number, width: number, setting: Setting): void;
  /** Wrapped lines from `y` down, which moves `y` under them. */
  block(lines: readonly string[], x: number, width: number, lead: number, setting: Setting): void;
  rule(x1: number, y1: number, x2: number, y2: number, ink: Ink, thickness: number): void;
  fill(x: number, y: number, width: number, height: number, ink: Ink): void;
}

export interface Format {
  readonly width: number;
  readonly height: number;
  /** From the edges to what is written. */
  readonly margin: number;
  /** Kept free over the lower margin for the foot. */
  readonly foot: number;
  /** Kept free under the upper margin on every page but the first. */
  readonly head: number;
}

/** A regular letter with a line of this share of its size round it looks heavy: one font does for both. */
const HEAVY_LINE = 0.026;
const FONT = 'F1';
/** Sums of the same heights in another order differ by less: no page is turned for that. */
const HAIR_OFF = 0.01;
/** More would only make the file larger: a hundredth of a point is not seen. */
const n = (value: number): string => String(Math.round(value * 100) / 100);
const colour = (ink: Ink): string => ink.map(n).join(' ');

/**
 * `finish` makes the pages of the document; `margins` is called for each of them when their number is known, and may
 * write anywhere on it.
 */
export function paper(
  type: Typeface,
  format: Format,
): Paper & {
  finish(document: PDFDocument, margins: (page: Paper, number: number, of: number) => void): void;
} {
  const bottom = format.margin + format.foot;
  const pages: string[][] = [[]];
  let page: string[] = pages[0] ?? [];

  const self: Paper = {
    type,
    left: format.margin,
    width: format.width - 2 * format.margin,
    top: format.height - format.margin,
    height: format.height - format.margin - format.head - bottom,
    y: format.height - format.margin,
    turn: (height) => {
      if (self.y - height >= bottom - HAIR_OFF) return false;
      page = [];
      pages.push(page);
      self.y = format.height - format.margin - format.head;
      return true;
    },
    text: (text, x, y, width, { size, ink = BLACK, heavy = false, align = 'left' }) => {
      if (text === '') return;
      const free = align === 'left' ? 0 : width - type.width(text, size);
      const start = x + (align === 'centre' ? free / 2 : free);
      const weight = heavy ? `2 Tr ${n(size * HEAVY_LINE)} w ${colour(ink)} RG` : '0 Tr';
      page.push(
        `BT ${weight} ${colour(ink)} rg /${FONT} ${n(size)} Tf ${n(start)} ${n(y)} Td ${type.shown(text)} Tj ET`,
      );
    },
    block: (lines, x, width, lead, setting) => {
      for (const line of lines) {
        self.text(line, x, self.y - setting.size, width, setting);
        self.y -= lead;
      }
    },
    rule: (x1, y1, x2, y2, ink, thickness) => {
      page.push(`${n(thickness)} w ${colour(ink)} RG ${n(x1)} ${n(y1)} m ${n(x2)} ${n(y2)} l S`);
    },
    fill: (x, y, width, height, ink) => {
      page.push(`${colour(ink)} rg ${n(x)} ${n(y)} ${n(width)} ${n(height)} re f`);
    },
  };

  return Object.assign(self, {
    finish: (document: PDFDocument, margins: (page: Paper, number: number, of: number) => void) => {
      for (const [index, written] of pages.entries()) {
        page = written;
        margins(self, index + 1, pages.length);
        const sheet = document.addPage([format.width, format.height]);
        sheet.node.setFontDictionary(PDFName.of(FONT), type.font.ref);
        sheet.node.addContentStream(document.context.register(document.context.flateStream(written.join('\n'))));
      }
    },
  });
}
