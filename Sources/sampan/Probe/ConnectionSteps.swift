import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport

/// What setting a connection up has shown, as steps of a probe.
struct ConnectionSteps {
    let place: String
    let report: ConnectionProbe.Report
    /// Seconds since 1970.
    let now: Int64

    /// tcp, tls, trust path, http/2; as many as were reached.
    var all: [ProbeStep] {
        guard report.failure?.step != .connect else { return [connectFailure] }
        let tcp = ProbeStep("tcp", .pass, report.durations[.connect], place)
        guard report.failure?.step != .handshake else { return [tcp, handshakeFailure("tls")] }
        let tls = ProbeStep("tls", .pass, report.durations[.handshake], "TLS 1.3, both certificates verified")
        guard report.failure == nil else { return [tcp, tls, trustPath, settingsFailure] }
        let streams = report.maximumStreams.map { "the server greets; \($0) calls at once" } ?? "the server greets"
        return [tcp, tls, trustPath, ProbeStep("http/2", .pass, report.durations[.settings], streams)]
    }

    private var connectFailure: ProbeStep {
        let text = report.failure?.text ?? ""
        let advice =
            text.contains("refused")
            ? "nobody listens there: see that the node runs, and on this port"
            : text.contains("within the time")
                ? "see that a firewall lets this port through, and that the machine is on"
                : "see the route and the network of both machines"
        return ProbeStep("tcp", .fail, nil, "\(place): \(text)", advice: advice)
    }

    private func handshakeFailure(_ name: String) -> ProbeStep {
        guard let failed = report.failure?.handshake else {
            return ProbeStep(name, .fail, nil, report.failure?.text ?? "", advice: "try again; the connection ended without a reason")
        }
        let explanation = failed.explanation
        let seen = explanation.detail.isEmpty ? "" : " (\(explanation.detail))"
        let shown = failed.certificate?.uris.first.map { ", it shows \(NodeName.short($0))" } ?? ""
        return ProbeStep(
            name, .fail, nil, label: explanation.result.rawValue, "\(explanation.cause)\(seen)\(shown)", advice: explanation.fix)
    }

    private var settingsFailure: ProbeStep {
        report.failure?.handshake != nil
            ? handshakeFailure("http/2")
            : ProbeStep(
                "http/2", .fail, nil, report.failure?.text ?? "",
                advice: "see that a gRPC server answers at this port, and no other program")
    }

    /// The chain by which the server was verified: its node, then the issuers by the key that signed.
    private var trustPath: ProbeStep {
        guard let peer = report.peer else {
            return ProbeStep("trust path", .fail, nil, "the server's certificate names no node", advice: "check which node answers here")
        }
        let identity = peer.identity
        let chain = ([peer.certificate.issuerKeyID] + peer.certificate.issuers.map(\.issuerKeyID)).map {
            String(Hexadecimal.lowercase($0).prefix(12))
        }
        let days = (peer.certificate.validity.notAfter - now) / 86_400
        let name = "\(identity.role.rawValue) \(identity.institution)/\(identity.node)"
        return ProbeStep(
            "trust path", .pass, nil, "\(name) ← \(chain.joined(separator: " ← ")), \(days) days left",
            advice: days < NodeRow.fewDays ? "renew its certificate; see why it has not done so itself" : nil)
    }
}
