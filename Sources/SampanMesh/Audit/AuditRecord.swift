package import SampanDomain

/// What one entry of an audit log says: who, what, when and why. Never anything of a message.
package struct AuditRecord: Sendable, Hashable {
    /// By the node's clock; of several told as one, the first.
    package let at: UnixTime
    package let kind: AuditKind
    /// SPIFFE name; empty where the connection shows none; a word such as `offline` for what a person did at the node.
    package let actor: String
    /// Address and port; empty where there is none.
    package let address: String
    /// service/Method; empty where it was no call.
    package let method: String
    /// Why, in a word that stays the same.
    package let reason: String
    /// Ids of the rules that decided.
    package let rules: [String]
    /// SHA-256 of the policy that decided, 32 bytes; empty where none did.
    package let policyHash: [UInt8]
    /// How many times the same, at least 1.
    package private(set) var count: UInt64
    /// The last of them; nil where `count` is 1.
    package private(set) var until: UnixTime?
    /// For people: what an admin did.
    package let detail: String
    /// Whose record it was about; nil for kinds other than `access`.
    package let access: AuditAccess?

    /// Text beyond the limits of the contract is cut; a hash of another length than 32 is left out, a count below 1 is 1.
    package init(
        at: UnixTime, kind: AuditKind, actor: String = "", address: String = "", method: String = "", reason: String = "",
        rules: [String] = [], policyHash: [UInt8] = [], count: UInt64 = 1, until: UnixTime? = nil, detail: String = "",
        access: AuditAccess? = nil
    ) {
        self.at = at
        self.kind = kind
        self.actor = actor.cut(toBytes: AuditLimits.actorBytes)
        self.address = address.cut(toBytes: AuditLimits.addressBytes)
        self.method = method.cut(toBytes: AuditLimits.methodBytes)
        self.reason = reason.cut(toBytes: AuditLimits.reasonBytes)
        self.rules = rules.prefix(AuditLimits.rules).map { $0.cut(toBytes: AuditLimits.ruleBytes) }
        self.policyHash = policyHash.count == AuditLimits.hashBytes ? policyHash : []
        self.count = max(1, count)
        self.until = count > 1 ? until : nil
        self.detail = detail.cut(toBytes: AuditLimits.detailBytes)
        self.access = access
    }

    /// The same thing once more.
    mutating func addOne(at time: UnixTime) {
        count += 1
        until = time
    }

    /// What makes two records the same but for their time: who, what, which and why. Connections of one caller differ in their port alone,
    /// so the address counts only where there is no name, and without its port.
    struct Sameness: Hashable {
        let kind: AuditKind
        let actor: String
        let host: String
        let method: String
        let reason: String
        let rules: [String]
        let policyHash: [UInt8]
        let detail: String
    }

    var sameness: Sameness {
        let host = actor.isEmpty ? String(address[..<(address.lastIndex(of: ":") ?? address.endIndex)]) : ""
        return Sameness(
            kind: kind, actor: actor, host: host, method: method, reason: reason, rules: rules, policyHash: policyHash, detail: detail)
    }
}
