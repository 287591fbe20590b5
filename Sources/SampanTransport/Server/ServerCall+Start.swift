internal import SampanRPC

extension ServerCall {
    /// What a worker needs to run the handler.
    struct Start {
        let body: MethodHandler.Body
        /// The message of a unary call.
        let request: [UInt8]
        let context: CallContext
    }
}
