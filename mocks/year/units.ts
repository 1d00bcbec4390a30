/**
 * The units of the province in 2022. The ten districts bear their published names and had this many communes; unit
 * codes, departments and commune names are made (the real lists are not public in one place).
 */
export interface UnitRow {
  readonly code: string;
  readonly name: string;
  readonly kind: 'province' | 'department' | 'district' | 'ward' | 'commune';
  readonly level: 'province' | 'district' | 'commune';
  readonly province: string;
  /** Code of the district; empty above it. */
  readonly district: string;
  /** Code of the unit above; empty for the province. */
  readonly parent: string;
  /** Civil dates; the last day is included. */
  readonly valid_from: string;
  readonly valid_to: string;
}

export interface District {
  readonly code: string;
  readonly name: string;
  readonly communes: number;
  /** Published number of electronic certifications of 2022. */
  readonly eCertifications: number;
}

export const districts2022: readonly District[] = [
  { code: 'H02.15', name: 'TP. Bắc Giang', communes: 16, eCertifications: 32_419 },
  { code: 'H02.16', name: 'Lạng Giang', communes: 21, eCertifications: 30_726 },
  { code: 'H02.17', name: 'Tân Yên', communes: 22, eCertifications: 31_366 },
  { code: 'H02.18', name: 'Việt Yên', communes: 17, eCertifications: 7_189 },
  { code: 'H02.19', name: 'Lục Nam', communes: 25, eCertifications: 5_177 },
  { code: 'H02.20', name: 'Yên Dũng', communes: 18, eCertifications: 15_628 },
  { code: 'H02.21', name: 'Sơn Động', communes: 17, eCertifications: 4_283 },
  { code: 'H02.22', name: 'Hiệp Hòa', communes: 25, eCertifications: 13_073 },
  { code: 'H02.23', name: 'Yên Thế', communes: 19, eCertifications: 1_838 },
  { code: 'H02.24', name: 'Lục Ngạn', communes: 29, eCertifications: 12_859 },
];

const departments: readonly string[] = [
  'Sở Tư pháp',
  'Sở Tài nguyên và Môi trường',
  'Sở Kế hoạch và Đầu tư',
  'Sở Giao thông vận tải',
  'Sở Y tế',
  'Sở Công Thương',
  'Sở Xây dựng',
  'Sở Nông nghiệp và Phát triển nông thôn',
  'Sở Lao động - Thương binh và Xã hội',
  'Sở Giáo dục và Đào tạo',
  'Sở Văn hóa, Thể thao và Du lịch',
  'Sở Khoa học và Công nghệ',
  'Sở Thông tin và Truyền thông',
  'Sở Nội vụ',
];

const two = (value: number): string => String(value).padStart(2, '0');

function makeUnits(): UnitRow[] {
  const validity = { province: 'H02', valid_from: '2020-01-01', valid_to: '2025-06-30' };
  const rows: UnitRow[] = [
    {
      code: 'H02',
      name: 'UBND tỉnh Bắc Giang',
      kind: 'province',
      level: 'province',
      district: '',
      parent: '',
      ...validity,
    },
  ];
  departments.forEach((name, index) => {
    const code = `H02.${two(index + 1)}`;
    rows.push({ code, name, kind: 'department', level: 'province', district: '', parent: 'H02', ...validity });
  });
  for (const { code: district, name, communes } of districts2022) {
    const city = name.startsWith('TP.');
    const title = city ? `UBND ${name}` : `UBND huyện ${name}`;
    rows.push({
      code: district,
      name: title,
      kind: 'district',
      level: 'district',
      district,
      parent: 'H02',
      ...validity,
    });
    for (let number = 1; number <= communes; number += 1) {
      const ward = city && number <= 10;
      const own = city && number === 3 ? 'Trần Phú' : `${city ? 'Bắc Giang' : name} ${two(number)}`;
      rows.push({
        code: `${district}.${two(number)}`,
        name: `UBND ${ward ? 'phường' : 'xã'} ${own}`,
        kind: ward ? 'ward' : 'commune',
        level: 'commune',
        district,
        parent: district,
        ...validity,
      });
    }
  }
  return rows;
}

const rows2022: readonly UnitRow[] = makeUnits();

/** Province, 14 departments, 10 districts and 209 communes of 2022, parents before children. */
export function units2022(): readonly UnitRow[] {
  return rows2022;
}

const COLUMNS = ['code', 'name', 'kind', 'level', 'province', 'district', 'parent', 'valid_from', 'valid_to'] as const;

/** The same as CSV with a header line; a value that holds a comma is quoted. */
export function units2022Csv(): string {
  const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = rows2022.map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}
