package import SampanDomain

/// What somebody who reads records does, as far as it decides what may be read. The raw value is the word of contracts and the audit log.
package enum ReaderRole: String, Sendable, Hashable, CaseIterable {
    /// 医师.
    case clinician
    /// 护士.
    case nurse
    /// 药师.
    case pharmacist
    /// 医技人员.
    case technician
    /// 收费人员.
    case cashier
    /// 质控人员.
    case qualityOfficer = "quality-officer"
    /// 科研人员.
    case researcher
    /// 系统管理员: keeps the machines, reads nothing.
    case administrator

    package init(name: String) throws(DomainError) {
        guard let role = Self(rawValue: name) else {
            throw DomainError(
                field: "role", message: "unknown role; right would be one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = role
    }
}
