/// Messages as JSON, and what contracts say of methods, for a server's doors to the web. Called on the event loop; must not block.
public protocol WebCodec: Sendable {
    /// The method of a path, `/service/method`, as a contract declares it, whoever serves it; nil where no contract here does.
    func method(_ path: String) -> MethodDescriptor?
    /// The message that a JSON text stands for. Throws `INVALID_ARGUMENT` for a text that is none, `RESOURCE_EXHAUSTED` past a limit.
    func request(_ json: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8]
    /// A message of the answer as JSON. Throws `INTERNAL` when there is no JSON of it.
    func answer(_ message: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8]
    /// An error as Connect has it: `{"code": …, "message": …, "details": […]}`.
    func failure(_ error: RPCError) -> [UInt8]
    /// How a stream of Connect has ended: `{"error": …, "metadata": {…}}`.
    func end(_ error: RPCError?, _ trailing: Metadata) -> [UInt8]
}
