internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanStorage

/// A version of a code table on its way into the file.
struct CodePublication: Sendable {
    let system: String
    let name: String
    let label: String
    let effectiveFrom: UnixTime?
    /// Version that was read, 0 for none.
    let expected: Int64
    /// SPIFFE name, or a word for what came with the program.
    let publisher: String

    /// Throws for texts that are beyond the limits of the contract.
    init(_ request: IdentityV1.PublishCodesRequest, by publisher: String) throws(DomainError) {
        try CodeText.check(system: request.system)
        try RegistryText.check(request.name, field: "name", bytes: 0...200)
        try RegistryText.check(request.label, field: "label", bytes: 0...64)
        system = request.system
        name = request.name
        label = request.label
        effectiveFrom = try RegistryText.second(request.effectiveFrom, field: "effective_from")
        expected = request.expectedVersion
        self.publisher = publisher
    }

    /// The version, and what it changes. A table that is the newest one already stays that version. Throws `DomainError`, `RegistryError`.
    func run(
        _ sheet: CodeSheet, isLook: Bool, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> (system: IdentityV1.CodeSystem, difference: (added: UInt64, changed: UInt64, unchanged: UInt64, removed: UInt64)) {
        let before = try CodeRows.newest(system, tx)
        guard expected == before?.version ?? 0 else { throw RegistryError.versionConflict(newest: before?.version ?? 0) }
        let difference = try CodeRows.difference(sheet, from: before, tx)
        if let before, before.hash == sheet.hash, label == before.label, name.isEmpty || name == before.name, effectiveFrom == nil {
            return (before, difference)
        }
        let recorded = max(now, before?.publishedAt?.nanosecondsSince1970.map(UnixTime.init(nanoseconds:)) ?? now)
        let next = IdentityV1.CodeSystem(
            id: system, name: name.isEmpty ? before?.name ?? system : name, version: (before?.version ?? 0) + 1, label: label,
            effectiveFrom: (effectiveFrom ?? now.wholeSecond).message, publishedAt: recorded.message, publishedBy: publisher,
            codeCount: UInt64(sheet.codes.count), hash: sheet.hash)
        if !isLook { try CodeRows.publish(next, sheet, tx) }
        return (next, difference)
    }
}

enum CodeText {
    /// Throws for what is no name of a table.
    static func check(system: String) throws(DomainError) {
        let isName = system.utf8.allSatisfy { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
        guard (1...32).contains(system.utf8.count), isName else {
            throw DomainError(field: "system", message: "is 1 to 32 of A-Z 0-9 _")
        }
    }
}
