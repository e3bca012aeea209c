// A memory that is only read, with a registered output: data belongs to the address of the cycle before.
//
// Every constant of the network (weight indexes, pattern tables, multipliers, offsets, shifts, input table) is
// in one of these. In simulation the image is compared with the checksum that was computed at export, so that
// even a changed bit on which no output depends is found; +unchecked skips that, for studies of faults.
module rom #(
    parameter int WIDTH = 8,               // bits of a word
    parameter int DEPTH = 16,              // words
    parameter int ADDRESS_BITS = 4,
    parameter IMAGE = "image.hex",         // $readmemh image, one word a line
    parameter logic [31:0] CHECKSUM = 0,   // of the image; see below
    parameter bit CHECKED = 1'b1           // copies of one table need one check only
) (
    input  logic                    clk,
    input  logic                    enable,
    input  logic [ADDRESS_BITS-1:0] address, // below DEPTH
    output logic [WIDTH-1:0]        data
);
    logic [WIDTH-1:0] words [0:DEPTH-1];

    always_ff @(posedge clk)
        if (enable)
            data <= words[address];

`ifdef SYNTHESIS
    initial $readmemh(IMAGE, words);
`else
    // Checksum: for each word, for each 32 bits of it from the lowest, rotate left by one and exclusive-or.
    localparam int CHUNKS = (WIDTH + 31) / 32;

    logic [31:0]          sum;
    logic [CHUNKS*32-1:0] padded;

    initial begin
        $readmemh(IMAGE, words);
        sum = 0;
        if (CHECKED && !$test$plusargs("unchecked")) begin
            for (int i = 0; i < DEPTH; i = i + 1) begin
                padded = (CHUNKS*32)'(words[i]);
                for (int chunk = 0; chunk < CHUNKS; chunk = chunk + 1)
                    sum = {sum[30:0], sum[31]} ^ padded[chunk*32 +: 32];
            end
            if (sum !== CHECKSUM) begin
                $display("FAIL: %0s is not the image that was exported (checksum %08x, must be %08x)",
                         IMAGE, sum, CHECKSUM);
                $fatal(1);
            end
        end
    end
`endif
endmodule
