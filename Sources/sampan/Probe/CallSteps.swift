import FoundationEssentials
import SampanAPI
import SampanRPC
import SampanTransport

/// What calls to a node tell, as steps of a probe.
struct CallSteps {
    let channel: ClientChannel

    /// Its clock against ours, as far as the way between lets see: the way back is taken to be as long as the way there.
    func skew() async -> ProbeStep {
        let clock = ContinuousClock()
        let (began, before) = (clock.now, Date().timeIntervalSince1970)
        do throws(RPCError) {
            let status = try await TrustV1.NodeServiceClient(channel).getNodeStatus(TrustV1.GetNodeStatusRequest())
            let took = clock.now - began
            guard let its = Moment.date(status.clock)?.timeIntervalSince1970 else {
                return ProbeStep("skew", .skip, took, "the node does not tell its clock")
            }
            let way = took / .seconds(1)
            let skew = Int64(((its - before - way / 2) * 1_000).rounded())
            let text = "\(skew > 0 ? "+" : "")\(skew) ms, give or take \(Int64((way * 500).rounded(.up))) ms"
            guard abs(skew) >= NodeRow.muchSkew else { return ProbeStep("skew", .pass, took, text) }
            return ProbeStep("skew", .fail, took, text, advice: "set both clocks by one time server; certificates are judged by them")
        } catch {
            switch error.code {
            case .unimplemented, .permissionDenied:
                return ProbeStep("skew", .skip, clock.now - began, label: "\(error.code)", "this node does not tell its clock to us")
            default: return failure("skew", clock.now - began, error)
            }
        }
    }

    func health(_ service: String) async -> ProbeStep {
        let clock = ContinuousClock()
        let began = clock.now
        do throws(RPCError) {
            let response = try await GRPCHealthV1.HealthClient(channel).check(GRPCHealthV1.HealthCheckRequest(service: service))
            let name = service.isEmpty ? "the node" : service
            guard response.status == .serving else {
                return ProbeStep(
                    "health", .fail, clock.now - began, "\(name) says that it is not serving",
                    advice: "see the node's log: it knows what it lacks")
            }
            return ProbeStep("health", .pass, clock.now - began, "\(name) is serving")
        } catch {
            switch error.code {
            case .unimplemented: return ProbeStep("health", .skip, clock.now - began, "the node offers no grpc.health.v1")
            case .notFound:
                return ProbeStep(
                    "health", .fail, clock.now - began, label: "\(error.code)", "the node does not know \(service)",
                    advice: "check the name of the service, and which node has it")
            default: return failure("health", clock.now - began, error)
            }
        }
    }

    /// Whether we may call: any answer but a refusal means that we were let in.
    func authorization(_ method: MethodDescriptor?) async -> ProbeStep {
        let clock = ContinuousClock()
        let began = clock.now
        let asked = method ?? GRPCHealthV1.HealthMethods.check
        do throws(RPCError) {
            _ = try await channel.unary(asked, FramedMessage(payload: []), CallOptions())
            return ProbeStep("authorization", .pass, clock.now - began, "\(asked) answers us")
        } catch {
            let took = clock.now - began
            switch error.code {
            case .permissionDenied, .unauthenticated, .unavailable, .deadlineExceeded: return failure("authorization", took, error)
            case .unimplemented where method == nil: return ProbeStep("authorization", .skip, took, "name a --method to try")
            case .unimplemented:
                return ProbeStep(
                    "authorization", .fail, took, label: "\(error.code)", "the node has no \(asked)", advice: "check the name of the method"
                )
            default: return ProbeStep("authorization", .pass, took, "\(asked) lets us in (it answered \(error.code) to an empty message)")
            }
        }
    }

    private func failure(_ name: String, _ took: Duration, _ error: RPCError) -> ProbeStep {
        let reason = error.errorInfo.map { " (\($0.reason))" } ?? ""
        let advice: String? =
            switch error.code {
            case .permissionDenied: "the node's policy has no rule that lets us; sampan can tells which rules there are"
            case .unauthenticated: "see sampan denials, and whether our certificate is the one that the region knows"
            case .deadlineExceeded: "the node took the call and did not answer; see its log, or give a longer --timeout"
            default: nil
            }
        return ProbeStep(name, .fail, took, label: "\(error.code)", "\(error.message)\(reason)", advice: advice)
    }
}
