internal import SampanRPC

/// Calls from one process to the gateway, whichever life of it is listening. A request may be lost, late or there twice; so may an
/// answer; and either end may die meanwhile.
struct SimulatedLine: Caller {
    let process: SimulatedProcess
    var point = SimulatedPoint.line
    let listening: @Sendable () -> SimulatedListener?

    func unary(_ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions) async throws(RPCError) -> UnaryReply {
        let answer: Result<UnaryReply, RPCError>
        do throws(SimulatedInterruption) {
            answer = try await process.act(point, "call") { await deliver(method, request, options) }
        } catch {
            throw RPCError(code: .unavailable, message: "simulated: \(error)")
        }
        return try answer.get()
    }

    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        throw RPCError(code: .unimplemented, message: "the saga has unary calls only")
    }

    private func deliver(
        _ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions
    ) async -> Result<UnaryReply, RPCError> {
        guard let gateway = listening(), gateway.process.isAlive else { return .failure(Self.unavailable) }
        let serving = gateway.process.start { () async -> Result<UnaryReply, RPCError> in
            do throws(RPCError) { return .success(try await gateway.services.unary(method, request, options)) } catch {
                return .failure(error)
            }
        }
        let answer = await withTaskCancellationHandler {
            await serving.value
        } onCancel: {
            serving.cancel()
        }
        return gateway.process.isAlive ? answer : .failure(Self.unavailable)
    }

    private static let unavailable = RPCError(code: .unavailable, message: "nobody listens")
}

/// A life of the gateway that takes calls.
struct SimulatedListener: Sendable {
    let process: SimulatedProcess
    let services: InProcessCaller
}
