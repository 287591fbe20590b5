/// Buffers that all connections of a loop use in turn, so that an idle connection owns none.
@safe final class LoopBuffers {
    /// What one read from a socket may bring, in bytes.
    let inbound: UnsafeMutableRawBufferPointer
    /// Plaintext of what was read, where there is TLS.
    let plaintext: UnsafeMutableRawBufferPointer
    /// Gathered output of one connection: several full frames, so that one write carries many answers.
    let gather: UnsafeMutableRawBufferPointer

    init() {
        unsafe inbound = .allocate(byteCount: 64 * 1_024, alignment: 64)
        unsafe plaintext = .allocate(byteCount: 64 * 1_024, alignment: 64)
        unsafe gather = .allocate(byteCount: 128 * 1_024, alignment: 64)
    }

    deinit {
        unsafe inbound.deallocate()
        unsafe plaintext.deallocate()
        unsafe gather.deallocate()
    }
}
