package import SampanAPI
internal import SampanDomain

/// Institutions as a CSV file: one row an entry, lists within a field.
package enum InstitutionSheet {
    /// `aliases`: `name|licence number`, several with semicolons. `licences`: `number|kind|from|until`. `version` may be left empty.
    package static let header = [
        "code", "version", "name", "aliases", "kind", "region", "licences", "status", "effective_from", "effective_until",
    ]

    /// Of an entry as the registry has it.
    package static func fields(_ entry: IdentityV1.Institution) -> [String] {
        [
            entry.code, String(entry.version), entry.name,
            entry.aliases.map { "\($0.name)|\($0.licenceNumber)" }.joined(separator: ";"), entry.kind.word, entry.region,
            LicenceText.text(entry.licences), entry.status.word, FileMoment.text(entry.effectiveFrom),
            FileMoment.text(entry.effectiveUntil),
        ]
    }

    /// Throws with the column as the field.
    static func entry(
        _ row: CSVTable.Row, _ sheet: RegistrySheet
    ) throws(DomainError) -> (entry: IdentityV1.Institution, expected: Int64?) {
        func text(_ column: String) -> String { sheet.text(row, column) }
        var entry = IdentityV1.Institution(code: text("code"), name: text("name"), region: text("region"))
        entry.kind = try IdentityV1.InstitutionKind(word: text("kind"))
        entry.licences = try LicenceText.read(text("licences"), field: "licences")
        let aliases = text("aliases")
        if !aliases.isEmpty {
            for part in aliases.split(separator: ";", omittingEmptySubsequences: false) {
                let fields = part.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
                guard fields.count == 2 else { throw DomainError(field: "aliases", message: "an alias is name|licence number") }
                entry.aliases.append(IdentityV1.InstitutionAlias(name: fields[0], licenceNumber: fields[1]))
            }
        }
        if !text("status").isEmpty { entry.status = try IdentityV1.EntryStatus(word: text("status")) }
        entry.effectiveFrom = try RegistryText.fileMoment(text("effective_from"), field: "effective_from")?.timestamp
        entry.effectiveUntil = try RegistryText.fileMoment(text("effective_until"), field: "effective_until")?.timestamp
        return (entry, try FileVersion.read(text("version")))
    }
}

/// A moment as files have it: in China, to the second.
enum FileMoment {
    static func text(_ time: GoogleProtobuf.Timestamp?) -> String {
        time?.nanosecondsSince1970.map { UnixTime(nanoseconds: $0).chinaText } ?? ""
    }
}

/// The version that a row goes by; empty: whichever it is.
enum FileVersion {
    static func read(_ text: String) throws(DomainError) -> Int64? {
        guard !text.isEmpty else { return nil }
        guard text.utf8.count <= 18, let version = Int64(text), version >= 0 else {
            throw DomainError(field: "version", message: "is no number of a version")
        }
        return version
    }
}

extension UnixTime {
    var timestamp: GoogleProtobuf.Timestamp { GoogleProtobuf.Timestamp(nanosecondsSince1970: nanoseconds) }
}
