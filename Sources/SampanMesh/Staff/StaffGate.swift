package import SampanRPC

/// Before every handler: a call that carries a staff token reaches one only when the token is believed, and the handler then has the
/// member (`CallContext.staff`). A call without one goes on; a method that needs one asks.
package struct StaffGate: CallInterceptor {
    private let verifier: StaffTokenVerifier

    package init(_ verifier: StaffTokenVerifier) { self.verifier = verifier }

    package func admit(_ context: CallContext) throws(RPCError) {
        guard !context.requestMetadata.isEmpty else { return }
        do throws(StaffTokenRefusal) {
            guard let signed = try Self.token(context.requestMetadata) else { return }
            context.keep(try verifier.staff(signed, of: context.peer))
        } catch {
            throw error.error
        }
    }

    /// Nil where there is none. Throws `malformed` for two: which of them would count?
    static func token(_ metadata: Metadata) throws(StaffTokenRefusal) -> [UInt8]? {
        var token: [UInt8]?
        for entry in metadata where entry.key == StaffToken.metadataKey {
            guard token == nil, case .binary(let bytes) = entry.value else { throw .malformed }
            token = bytes
        }
        return token
    }
}
