internal import SampanFerry
internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// What an institution's entry may say (ID-08, ID-23).
enum InstitutionRules {
    static let mostAliases = 16
    static let mostLicences = 16
    static let nameBytes = 1...200
    static let reasonBytes = 400

    /// Checks what the caller sends, and returns it as it is kept: moments in whole seconds, and nothing of what the registry sets.
    static func checked(
        _ entry: IdentityV1.Institution, scheme: InstitutionCode.Scheme, now: UnixTime
    ) throws(DomainError) -> IdentityV1.Institution {
        let code: InstitutionCode
        do throws(DomainError) { code = try InstitutionCode(entry.code, scheme: scheme) } catch {
            throw DomainError(field: "code", message: error.message)
        }
        try RegistryText.check(entry.name, field: "name", bytes: nameBytes)
        guard !entry.kind.word.isEmpty else { throw DomainError(field: "kind", message: "is missing, or unknown here") }
        guard entry.region.utf8.count == 6, entry.region.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw DomainError(field: "region", message: "is six digits of GB/T 2260")
        }
        try RegistryText.check(entry.licences, field: "licences", most: mostLicences)
        guard entry.aliases.count <= mostAliases else { throw DomainError(field: "aliases", message: "more than \(mostAliases)") }
        for alias in entry.aliases {
            try RegistryText.check(alias.name, field: "aliases", bytes: nameBytes)
            guard alias.licenceNumber.isEmpty || entry.licences.contains(where: { $0.number == alias.licenceNumber }) else {
                throw DomainError(field: "aliases", message: "names a licence that the institution does not have")
            }
        }
        let names = [entry.name] + entry.aliases.map(\.name)
        guard Set(names).count == names.count else { throw DomainError(field: "aliases", message: "a name stands twice") }
        let from = try RegistryText.second(entry.effectiveFrom, field: "effective_from") ?? now.wholeSecond
        let until = try RegistryText.second(entry.effectiveUntil, field: "effective_until")
        guard until.map({ $0 > from }) ?? true else { throw DomainError(field: "effective_until", message: "is not after effective_from") }
        return IdentityV1.Institution(
            code: code.text, name: entry.name, aliases: entry.aliases, kind: entry.kind, region: entry.region, licences: entry.licences,
            status: entry.status, effectiveFrom: from.message, effectiveUntil: until?.message)
    }

    /// Throws where a table of GB/T 2260 is in force and does not have the region.
    static func checkRegion(_ entry: IdentityV1.Institution, now: UnixTime, _ tx: borrowing Transaction) throws {
        guard try CodeRows.has(entry.region, of: "GBT2260", at: now, tx) ?? true else {
            throw DomainError(field: "region", message: "is not in the table GBT2260 that is in force")
        }
    }

    /// Whether two say the same, apart from when.
    static func isSame(_ left: IdentityV1.Institution, _ right: IdentityV1.Institution) -> Bool {
        content(left) == content(right)
    }

    private static func content(_ entry: IdentityV1.Institution) -> IdentityV1.Institution {
        var content = entry
        content.version = 0
        content.status = .unspecified
        content.statusReason = ""
        content.effectiveFrom = nil
        content.recordedAt = nil
        content.recordedBy = ""
        return content
    }
}
