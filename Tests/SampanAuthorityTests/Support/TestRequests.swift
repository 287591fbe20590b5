import Foundation

/// Requests that our own code makes for nobody; made once with the openssl program.
enum TestRequests {
    /// `openssl req -new -addext basicConstraints=critical,CA:TRUE`, key P-256.
    static func asksForAuthority() -> [UInt8] {
        bytes(
            """
            MIHqMIGRAgEAMA0xCzAJBgNVBAMMAm4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+1VIWzblbu/34TAk5sjuXT2r1PlwdKBgsrHX2nd4KUBABnHA3BSe\
            +lWw/tlNEBOZkb3GkopfJwNbSudFUVHBsKAiMCAGCSqGSIb3DQEJDjETMBEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAokSaN5wDr0T+\
            p163F7CGHANC/tPhfOYfh2bfx23onLwCIFmqlpgsaahL64uQDPa9BYgZ+2wv5S6/Yj8GVya1HB4B
            """)
    }

    /// `openssl req -new`, key on secp384r1.
    static func p384() -> [UInt8] {
        bytes(
            """
            MIIBBjCBjAIBADANMQswCQYDVQQDDAJuMTB2MBAGByqGSM49AgEGBSuBBAAiA2IABNOE/S8Mz69TWGz4fV8k7GAy7HWAzt2+zHUs5nPif6g+uxa9wRdWvI0z\
            QHjT+3qccvlNzJoYAUEY01ahG59rvKqZaJmIy04D6zju/tAxIE00/6bRr8HwX0BQ5vO7TxhbS6AAMAoGCCqGSM49BAMCA2kAMGYCMQD5i+k907QAIDW04/j8\
            reBZ+joeg7JkMNGGkovW0dG92hLNw5xC/KOyCroj6OXgHjoCMQCg7DU8z5Zz90L/RHIDEuR8cjdsb1Gy92Loy19sy1hrZZ1DLHKREt/GlzUJ6541QyY=
            """)
    }

    private static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }
}
