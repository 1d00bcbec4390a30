import type { OrderItem, PaymentOrder } from '../../contracts/domain/payment.ts';

/** The part of an order that a receipt is about. */
export type ReceiptOrder = Pick<
  PaymentOrder,
  'dossierCode' | 'procedure' | 'agency' | 'items' | 'payer' | 'beneficiary' | 'description'
>;

/** MaDichVu: a fee or a charge; an administrative fine is "1", and none of ours. */
const FEE_OR_CHARGE = '2';
/** LoaiPhiLePhi: phí and lệ phí. */
const kindOf: Readonly<Record<OrderItem['kind'], string>> = { fee: '1', charge: '2' };

/** ThongTinBienLai (WIRE.md 2.1). No seal covers it. What is not known stays empty: no number is made up for a payer. */
export function receiptBlock(order: ReceiptOrder) {
  const { procedure, agency, beneficiary, payer, items } = order;
  return {
    MaDichVu: FEE_OR_CHARGE,
    MaDVC: `${procedure.code}.01`,
    TenDVC: procedure.name,
    MaTTHC: procedure.code,
    TenTTHC: procedure.name,
    MaDonVi: agency.code,
    TenDonVi: agency.name,
    MaHoSo: order.dossierCode,
    TKThuHuong: beneficiary.accountNumber,
    MaNHThuHuong: beneficiary.bankBin,
    TenTKThuHuong: beneficiary.accountName,
    PhiLePhi: items.map(({ kind, code, name, amountVnd }) => ({
      LoaiPhiLePhi: kindOf[kind],
      MaPhiLePhi: code,
      TenPhiLePhi: name,
      SoTien: String(amountVnd),
    })),
    TaiKhoanThuNSNN: beneficiary.treasuryAccount ?? '',
    NoiDungThanhToan: order.description,
    HoTenNguoiNop: payer.name,
    SoCMNDNguoiNop: payer.identityNumber ?? '',
    DiaChiNguoiNop: payer.address ?? '',
    HuyenNguoiNop: '',
    TinhNguoiNop: '',
    DSKhoanNop: items.map(({ name, amountVnd }) => ({ NoiDung: name, SoTien: String(amountVnd) })),
  };
}
