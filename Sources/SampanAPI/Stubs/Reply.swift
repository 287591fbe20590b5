public import SampanProtobuf
public import SampanRPC

/// What came back for a call with one answer, with the metadata around it.
public struct Reply<Response: Message>: Sendable {
    public var message: Response
    public var initialMetadata: Metadata
    public var trailingMetadata: Metadata

    @inlinable
    init(message: Response, initialMetadata: Metadata, trailingMetadata: Metadata) {
        self.message = message
        self.initialMetadata = initialMetadata
        self.trailingMetadata = trailingMetadata
    }
}
