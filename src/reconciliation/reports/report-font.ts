/** The asset that `reportPdf` takes as its font: Noto Sans, which holds all letters of Vietnamese (`font/OFL.txt`). */
export const REPORT_FONT = 'NotoSans-Regular.ttf';
