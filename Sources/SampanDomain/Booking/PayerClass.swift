/// 患者类别: who pays for a visit. The raw value is the number in the tables of a HIS and in `sampan.booking.v1`.
package enum PayerClass: Int64, Sendable, Hashable, CaseIterable {
    /// 自费
    case selfPaid = 1
    /// 医保
    case insured = 2
}
