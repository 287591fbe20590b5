package import SampanAPI
internal import SampanDomain

/// One institution's staff as a CSV file: one row an entry.
package enum StaffSheet {
    /// `roles`: words with semicolons. `licence`: `number|kind|from|until`. `home`: `institution/staff id`. `version` may be left empty.
    package static let header = [
        "staff_id", "version", "name", "roles", "title", "department", "licence", "status", "home", "effective_from", "effective_until",
    ]

    /// Of an entry as the registry has it.
    package static func fields(_ entry: IdentityV1.StaffMember) -> [String] {
        [
            entry.reference?.staffID ?? "", String(entry.version), entry.name,
            entry.roles.compactMap { $0.domain?.rawValue }.joined(separator: ";"), entry.title, entry.department,
            LicenceText.text(entry.licence.map { [$0] } ?? []), entry.status.word,
            entry.home.map { "\($0.institutionCode)/\($0.staffID)" } ?? "", FileMoment.text(entry.effectiveFrom),
            FileMoment.text(entry.effectiveUntil),
        ]
    }

    /// Throws with the column as the field.
    static func entry(
        _ row: CSVTable.Row, _ sheet: RegistrySheet, of institution: String
    ) throws(DomainError) -> (entry: IdentityV1.StaffMember, expected: Int64?) {
        func text(_ column: String) -> String { sheet.text(row, column) }
        var entry = IdentityV1.StaffMember(
            reference: IdentityV1.StaffReference(institutionCode: institution, staffID: text("staff_id")), name: text("name"),
            title: text("title"), department: text("department"))
        for word in text("roles").split(separator: ";", omittingEmptySubsequences: false) {
            entry.roles.append(IdentityV1.StaffRole(try StaffRole(word: word)))
        }
        let licences = try LicenceText.read(text("licence"), field: "licence")
        guard licences.count <= 1 else { throw DomainError(field: "licence", message: "is one: number|kind|from|until") }
        entry.licence = licences.first
        if !text("status").isEmpty { entry.status = try IdentityV1.EntryStatus(word: text("status")) }
        let home = text("home")
        if !home.isEmpty {
            let parts = home.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw DomainError(field: "home", message: "is institution/staff id") }
            entry.home = IdentityV1.StaffReference(institutionCode: parts[0], staffID: parts[1])
        }
        entry.effectiveFrom = try RegistryText.fileMoment(text("effective_from"), field: "effective_from")?.timestamp
        entry.effectiveUntil = try RegistryText.fileMoment(text("effective_until"), field: "effective_until")?.timestamp
        return (entry, try FileVersion.read(text("version")))
    }
}
