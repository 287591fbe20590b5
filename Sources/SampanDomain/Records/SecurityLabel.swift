/// How a piece of health data is marked (标识赋码, RE-20): its class and its grade by GB/T 39725-2020. Data without a label is not taken.
package struct SecurityLabel: Sendable, Hashable {
    /// The six classes of GB/T 39725-2020. The raw value is the word of the contract.
    package enum DataClass: String, Sendable, Hashable, CaseIterable {
        /// 个人属性数据: who somebody is.
        case personal
        /// 健康状况数据: how somebody is.
        case health
        /// 医疗应用数据: what was done: records, orders, reports.
        case care
        /// 医疗支付数据: what it cost.
        case payment
        /// 卫生资源数据: institutions and staff.
        case resource
        /// 公共卫生数据: of many, by nobody's name.
        case publicHealth = "public-health"
    }

    package let dataClass: DataClass
    /// 1 (may be published) to 5 (only for a few named persons, such as infectious or hereditary disease).
    package let grade: Int

    /// Throws when `grade` is not 1 to 5.
    package init(_ dataClass: DataClass, grade: Int) throws(DomainError) {
        guard (1...5).contains(grade) else { throw DomainError(field: "security_label", message: "grade must be 1 to 5") }
        self.dataClass = dataClass
        self.grade = grade
    }
}
