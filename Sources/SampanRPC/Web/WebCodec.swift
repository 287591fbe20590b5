/// Messages as JSON, for a server's doors to the web. Called on the event loop; must not block.
public protocol WebCodec: Sendable {
    /// The message that a JSON text stands for. Throws `INVALID_ARGUMENT` for a text that is none, `RESOURCE_EXHAUSTED` past a limit.
    func request(_ json: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8]
    /// A message of the answer as JSON. Throws `INTERNAL` when there is no JSON of it.
    func answer(_ message: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8]
    /// An error as Connect has it: `{"code": …, "message": …, "details": […]}`.
    func failure(_ error: RPCError) -> [UInt8]
}
