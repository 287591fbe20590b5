internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanStorage

/// What a member of staff's entry may say (ID-07).
enum StaffRules {
    /// Checks what the caller sends, and returns it as it is kept.
    static func checked(
        _ entry: IdentityV1.StaffMember, scheme: InstitutionCode.Scheme, now: UnixTime
    ) throws(DomainError) -> IdentityV1.StaffMember {
        guard let reference = entry.reference else { throw DomainError(field: "reference", message: "is missing") }
        try check(reference, field: "", scheme: scheme)
        try RegistryText.check(entry.name, field: "name", bytes: 1...100)
        let roles = entry.roles.compactMap(\.domain)
        guard !roles.isEmpty, roles.count == entry.roles.count, Set(roles).count == roles.count else {
            throw DomainError(field: "roles", message: "names at least one role that is known, each once")
        }
        try RegistryText.check(entry.title, field: "title", bytes: 0...64)
        if !entry.department.isEmpty { try RegistryText.checkCode(entry.department, field: "department", count: 1...32) }
        if let licence = entry.licence { try RegistryText.check([licence], field: "licence", most: 1) }
        if let home = entry.home {
            try check(home, field: "home", scheme: scheme)
            guard home != reference else { throw DomainError(field: "home", message: "is the entry itself") }
            guard roles.contains(.doctor) || roles.contains(.nurse) else {
                throw DomainError(field: "home", message: "only doctors and nurses practise at several places")
            }
        }
        let from = try RegistryText.second(entry.effectiveFrom, field: "effective_from") ?? now.wholeSecond
        let until = try RegistryText.second(entry.effectiveUntil, field: "effective_until")
        guard until.map({ $0 > from }) ?? true else { throw DomainError(field: "effective_until", message: "is not after effective_from") }
        return IdentityV1.StaffMember(
            reference: reference, name: entry.name, roles: roles.sorted { $0.bit < $1.bit }.map(IdentityV1.StaffRole.init),
            title: entry.title, department: entry.department, licence: entry.licence, status: entry.status, home: entry.home,
            effectiveFrom: from.message, effectiveUntil: until?.message)
    }

    private static func check(
        _ reference: IdentityV1.StaffReference, field: String, scheme: InstitutionCode.Scheme
    ) throws(DomainError) {
        do throws(DomainError) { _ = try InstitutionCode(reference.institutionCode, scheme: scheme) } catch {
            throw DomainError(field: field.isEmpty ? "institution_code" : field, message: error.message)
        }
        do throws(DomainError) { _ = try StaffID(reference.staffID) } catch {
            throw DomainError(field: field.isEmpty ? "staff_id" : field, message: error.message)
        }
    }

    /// Throws for an institution that is not registered, a department that the table in force does not have, and a home entry that is not
    /// there, is of several places itself, or would make this one the home of somebody whose home is elsewhere.
    static func check(_ entry: IdentityV1.StaffMember, _ rows: StaffRows, now: UnixTime, _ tx: borrowing Transaction) throws {
        guard let reference = entry.reference else { throw DomainError(field: "reference", message: "is missing") }
        guard try InstitutionRows.newest(reference.institutionCode, tx) != nil else {
            throw DomainError(field: "institution_code", message: "is not registered")
        }
        if !entry.department.isEmpty, try CodeRows.has(entry.department, of: "DEPARTMENT", at: now, tx) == false {
            throw DomainError(field: "department", message: "is not in the table DEPARTMENT that is in force")
        }
        // A suspended person is not entered anew under another id, or elsewhere (一处违法，处处受限).
        if try rows.newest(reference, tx) == nil, try rows.isBarred(licence: entry.licence?.number ?? "", tx) {
            throw DomainError(field: "licence", message: "is of somebody whom the region has suspended")
        }
        guard let home = entry.home else { return }
        guard let other = try rows.newest(home, tx) else { throw DomainError(field: "home", message: "is not registered") }
        guard other.home == nil else { throw DomainError(field: "home", message: "has a home itself; name that one") }
        guard try !rows.isHome(reference, tx) else {
            throw DomainError(field: "home", message: "others have this entry as their home; it can have none itself")
        }
    }

    /// What two entries that say the same have in common, apart from when.
    static func content(_ entry: IdentityV1.StaffMember) -> IdentityV1.StaffMember {
        var content = entry
        content.version = 0
        content.status = .unspecified
        content.statusReason = ""
        content.statusSetByRegion = false
        content.effectiveFrom = nil
        content.recordedAt = nil
        content.recordedBy = ""
        return content
    }
}
