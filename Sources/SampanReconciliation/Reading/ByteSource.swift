/// Bytes that come in order, a piece at a time.
protocol ByteSource {
    /// Reads into `buffer` from its place `start` on; how many bytes came, 0 at the end.
    func read(into buffer: inout [UInt8], from start: Int) throws(ReconciliationError) -> Int
}
