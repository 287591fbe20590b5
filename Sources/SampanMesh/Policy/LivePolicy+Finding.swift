internal import SampanAPI
package import SampanRPC
package import SampanTransport

extension LivePolicy {
    /// What is remembered of how a call ended: reason and rules of its details, and what the policy in force says of it. Never another
    /// detail: those may hold what a service says.
    package func finding(_ error: RPCError, _ identity: PeerIdentity?, _ method: MethodDescriptor) -> CallRecord.Finding {
        var finding = CallRecord.Finding()
        if let info = error.errorInfo {
            finding.reason = Self.word(info.reason)
            finding.domain = Self.word(info.domain)
            // Of ours alone: a service may put anything there.
            if finding.domain == "policy.sampan" { finding.rules = (info.metadata["rules"] ?? "").split(separator: ",").map(String.init) }
        }
        switch decide(identity, method) {
        case .allow(let rule, let data): finding.policy = "allowed by \(rule), on data of \(data == .own ? "its own" : "everybody")"
        case .deny(let denial): finding.policy = "denied: \(denial.reason)"
        }
        return finding
    }

    /// 64 bytes of what a reason or a domain is made of (google.rpc.ErrorInfo); empty for anything else.
    private static func word(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x5F, 0x2E, 0x2D].contains(byte)
        }
        return isWord && text.utf8.count <= 64 ? text : ""
    }
}
