/** The portal's answers in its own language. Success always holds "thành công", failure "không thành công" where apt. */
export const texts = {
  loginWrong: 'Đăng nhập không thành công: sai tên đăng nhập hoặc mật khẩu',
  loginLocked: 'Đăng nhập không thành công: tài khoản tạm thời bị khóa',
  sessionOver: 'Phiên làm việc không tồn tại hoặc đã hết hạn',
  wrongDestination: 'Không tìm thấy dịch vụ đích (dstcode không hợp lệ)',
  wrongUnit: 'Mã đơn vị không hợp lệ',
  unreadable: 'Dữ liệu gửi lên không đúng định dạng JSON',
  noSuchService: 'Dịch vụ không tồn tại',
  badUpdatingFlag: 'isUpdating phải là chuỗi "True" hoặc "False"',
  noData: 'Không có dữ liệu',
  tooManyRows: 'Cập nhật tiến độ hồ sơ không thành công: vượt quá 10 bản ghi một lần gọi',
  wrongType: 'Đồng bộ trạng thái hồ sơ không thành công: type không hợp lệ',
  dossiersSynced: 'Đồng bộ hồ sơ thành công',
  progressSynced: 'Cập nhật tiến độ hồ sơ thành công',
  statusSynced: 'Đồng bộ trạng thái hồ sơ thành công',
  found: 'Thành công',
  exists: 'đã tồn tại',
  notFound: 'không tìm thấy hồ sơ',
  refusedByFault: 'Đồng bộ không thành công: dữ liệu không được chấp nhận',
  zeroWithFailure: 'Lỗi: dữ liệu không hợp lệ, thiếu thông tin bắt buộc',
} as const;

/** Names of the stages as the portal shows them (WIRE.md 1.6). */
export const stageNames: Readonly<Record<string, string>> = {
  '0': 'Đang liên thông',
  '1': 'Mới đăng ký',
  '2': 'Được tiếp nhận',
  '3': 'Không được tiếp nhận',
  '4': 'Đang xử lý',
  '5': 'Yêu cầu bổ sung giấy tờ',
  '6': 'Yêu cầu thực hiện nghĩa vụ tài chính',
  '7': 'Công dân yêu cầu rút hồ sơ',
  '8': 'Dừng xử lý',
  '9': 'Đã xử lý xong',
  '10': 'Đã trả kết quả',
};
