/// The number of one person in the region's patient index (主索引号). It says nothing of the person: no date, no place, no check of an
/// identity paper can be read from it.
package struct EnterpriseID: Sendable, Hashable {
    /// 1 upwards; never given again, also after the person was merged into another.
    package let number: Int64

    /// Throws when `number` is not 1 or more.
    package init(_ number: Int64) throws(DomainError) {
        guard number > 0 else { throw DomainError(field: "enterprise_id", message: "must be 1 or more") }
        self.number = number
    }
}

extension EnterpriseID: CustomStringConvertible {
    package var description: String { String(number) }
}
