import SampanMesh
import SampanRPC
import SampanTransport

/// Calls the platform node with the certificate of a trust folder. When that is of an issuer which was retired, it renews, says so on
/// standard error, and goes on: the call that was refused was not begun.
final class RenewingCaller: Caller {
    private let trust: NodeTrust
    private let channel: ClientChannel

    /// The channel shows what `trust` holds.
    init(_ trust: NodeTrust, channel: ClientChannel) { (self.trust, self.channel) = (trust, channel) }

    func unary(_ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions) async throws(RPCError) -> UnaryReply {
        do throws(RPCError) { return try await channel.unary(method, request, options) } catch {
            guard NodeTrust.isRetirement(error) else { throw error }
        }
        try await renew()
        return try await channel.unary(method, request, options)
    }

    /// A stream's refusal comes when somebody reads, which is too late to begin again: whether there would be one is asked before.
    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        if await isRetired() { try await renew() }
        return try await channel.open(method, options)
    }

    private func isRetired() async -> Bool {
        // Any other problem is told better by the call itself.
        do { try await trust.catchUp(renewing: false) } catch { return (error as? RPCError).map(NodeTrust.isRetirement) ?? false }
        return false
    }

    private func renew() async throws(RPCError) {
        do { try await trust.catchUp(renewing: true) } catch {
            let reason = (error as? RPCError).map { "\($0.code): \($0.message)" } ?? "\(error)"
            throw RPCError(code: .unauthenticated, message: "your certificate's issuer was retired, and it was not renewed: \(reason)")
        }
        await channel.drain()
        let epoch = await trust.status().epochNumber
        StandardError.line("renewed the certificate of \(trust.credentials.identity): its issuer was retired; now at epoch \(epoch)")
    }
}
