import FoundationEssentials
import SampanDomain
import SampanMesh
import SampanRPC

/// One line of the authority's journal: who did what, and when.
struct JournalLine: Codable {
    let number: UInt64
    /// ISO 8601, UTC.
    let at: String
    let actor: String
    let events: [String]
    /// Hexadecimal.
    let hash: String

    init(_ entry: AuthorityJournalEntry, _ record: AuthorityRecord) {
        number = entry.number
        at = Date(timeIntervalSince1970: Double(record.at.seconds)).formatted(.iso8601)
        actor = record.actor
        events = record.events.map(Self.text)
        hash = Hexadecimal.lowercase(entry.hash)
    }

    var cells: [String] {
        ["\(number)", at, NodeName.short(actor), CertificateDescription.printable(events.joined(separator: "; "))]
    }

    private static func text(_ event: AuthorityEvent) -> String {
        switch event {
        case .founded(let domain, let root, _): "founded \(domain) with root \(Hexadecimal.lowercase(root.keyID))"
        case .tokenCreated(let token): "made a ticket for \(NodeName.short(token.identity.uri))"
        case .certificateIssued(let certificate, let token):
            "\(token == nil ? "renewed" : "enrolled") \(NodeName.short(certificate.identity.uri)), serial \(certificate.name.serial)"
        case .denialMade(let denial, _):
            "\(denial.reason == .locked ? "locked" : "revoked") \(text(denial.subject))\(denial.message.isEmpty ? "" : ": \(denial.message)")"
        case .denialLifted(let subject): "unlocked \(text(subject))"
        case .rolloverPlanned(let number, let kind): "rollover \(number): plan of the \(kind)"
        case .rolloverPrepared(let number, let material):
            "rollover \(number): prepare, issuer \(Hexadecimal.lowercase(material.issuer.keyID))"
        case .rolloverAdvanced(let number, let verb, _): "rollover \(number): \(verb)"
        case .nodesLeftBehind(let nodes): "left behind \(nodes.map { NodeName.short($0.uri) }.joined(separator: ", "))"
        case .nodeAcknowledged(let node, let number, _): "\(NodeName.short(node.uri)) acknowledged epoch \(number)"
        case .settingsChanged(let settings):
            "settings: policy of \(settings.policy.utf8.count) bytes, \(settings.routes.count) routes, protocol \(settings.minimumProtocol)"
        case .routeChanged(let name, let route): "route \(name): \(route.map { $0.endpoints.joined(separator: " ") } ?? "none any more")"
        case .custodianChanged(let matter, let custodian):
            "custodian of \(matter.institution)\(matter.service.isEmpty ? "" : " for \(matter.service)"): \(custodian?.custodian ?? "none any more")"
        case .epochIssued(let number, _, let hash): "issued epoch \(number) (\(Hexadecimal.lowercase(hash.prefix(6))))"
        }
    }

    private static func text(_ subject: SampanMesh.Denial.Subject) -> String {
        switch subject {
        case .certificate(let name): "certificate \(Hexadecimal.lowercase(name.issuerKeyID)):\(name.serial)"
        case .node(let identity): "node \(NodeName.short(identity.uri))"
        case .institution(let code): "institution \(code)"
        }
    }
}
