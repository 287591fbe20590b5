internal import SampanDomain
import SampanAPI
import SampanServices

/// Entries of the registry as JSON.
enum RegistryAnswer {
    struct Licence: Encodable {
        let number: String
        let kind: String
        let validFrom: String
        let validUntil: String

        init(_ licence: IdentityV1.Licence) {
            (number, kind, validFrom, validUntil) = (licence.number, licence.kind, licence.validFrom, licence.validUntil)
        }
    }

    struct Alias: Encodable {
        let name: String
        let licenceNumber: String
    }

    struct Institution: Encodable {
        let code: String
        let version: Int64
        let name: String
        let aliases: [Alias]
        let kind: String
        let region: String
        let licences: [Licence]
        let status: String
        let statusReason: String?
        let effectiveFrom: String?
        let effectiveUntil: String?
        let recordedAt: String?
        let recordedBy: String

        init(_ entry: IdentityV1.Institution) {
            (code, version, name, kind, region) = (entry.code, entry.version, entry.name, entry.kind.word, entry.region)
            aliases = entry.aliases.map { Alias(name: $0.name, licenceNumber: $0.licenceNumber) }
            licences = entry.licences.map(Licence.init)
            status = entry.status.word
            statusReason = entry.statusReason.isEmpty ? nil : entry.statusReason
            effectiveFrom = Moment.text(entry.effectiveFrom)
            effectiveUntil = Moment.text(entry.effectiveUntil)
            recordedAt = Moment.text(entry.recordedAt)
            recordedBy = entry.recordedBy
        }
    }

    struct Staff: Encodable {
        let institution: String
        let staffId: String
        let version: Int64
        let name: String
        let roles: [String]
        let title: String
        let department: String
        let licence: Licence?
        let status: String
        let statusReason: String?
        let statusSetByRegion: Bool
        let home: String?
        let effectiveFrom: String?
        let effectiveUntil: String?
        let recordedAt: String?
        let recordedBy: String

        init(_ entry: IdentityV1.StaffMember) {
            (institution, staffId) = (entry.reference?.institutionCode ?? "", entry.reference?.staffID ?? "")
            (version, name, title, department) = (entry.version, entry.name, entry.title, entry.department)
            roles = entry.roles.compactMap { $0.domain?.rawValue }
            licence = entry.licence.map(Licence.init)
            status = entry.status.word
            statusReason = entry.statusReason.isEmpty ? nil : entry.statusReason
            statusSetByRegion = entry.statusSetByRegion
            home = entry.home.map { "\($0.institutionCode)/\($0.staffID)" }
            effectiveFrom = Moment.text(entry.effectiveFrom)
            effectiveUntil = Moment.text(entry.effectiveUntil)
            recordedAt = Moment.text(entry.recordedAt)
            recordedBy = entry.recordedBy
        }
    }

    struct CodeSystem: Encodable {
        let system: String
        let name: String
        let version: Int64
        let label: String
        let codes: UInt64
        let effectiveFrom: String?
        let publishedAt: String?
        let publishedBy: String

        init(_ system: IdentityV1.CodeSystem) {
            (self.system, name, version, label, codes) = (system.id, system.name, system.version, system.label, system.codeCount)
            effectiveFrom = Moment.text(system.effectiveFrom)
            publishedAt = Moment.text(system.publishedAt)
            publishedBy = system.publishedBy
        }
    }

    struct Code: Encodable {
        let code: String
        let name: String
        let parent: String

        init(_ code: IdentityV1.Code) { (self.code, name, parent) = (code.code, code.name, code.parent) }
    }

    struct Unmapped: Encodable {
        let localCode: String
        let localName: String
        let seen: UInt64
        let firstSeen: String?
        let lastSeen: String?
        let retired: Bool

        init(_ code: IdentityV1.UnmappedCode) {
            (localCode, localName, seen, retired) = (code.localCode, code.localName, code.seenCount, code.isRetired)
            (firstSeen, lastSeen) = (Moment.text(code.firstSeenAt), Moment.text(code.lastSeenAt))
        }
    }

    /// Rows of a table, as no terminal can be steered by.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        TextTable(head, rows.map { $0.map(CertificateDescription.printable) }).text
    }
}
