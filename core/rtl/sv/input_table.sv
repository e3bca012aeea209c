// Takes an image, BYTES bytes a cycle, and looks every byte up in the table that gives the first layer's
// integer: one table for all inputs, or one for each (PER_INPUT), in as many banks as bytes come at once.
//
// Bank b of per-input tables holds inputs b, b + BYTES, b + 2*BYTES, ...: word * 256 + byte. The images are
// IMAGE_PREFIX followed by the bank's three digits and ".hex"; a common table is bank 000 for all.
//
// After the start pulse `ready` stays high until the whole image is taken: WORDS + 2 cycles from start to
// done where the source never waits.
module input_table #(
    parameter int WORDS = 49,            // ceil(inputs / BYTES)
    parameter int WORD_BITS = 6,
    parameter int BYTES = 16,            // per cycle
    parameter int OUTPUT_BITS = 9,
    parameter bit PER_INPUT = 1'b0,
    parameter IMAGE_PREFIX = "input_table_",
    parameter logic [BYTES*32-1:0] CHECKSUMS = '0 // of the banks' images, bank 0 in the lowest bits
) (
    input  logic                         clk,
    input  logic                         reset,
    input  logic                         start,
    input  logic                         data_valid,
    output logic                         data_ready,
    input  logic [BYTES*8-1:0]           data,       // the first byte in the lowest bits
    output logic                         out_valid,
    output logic [WORD_BITS-1:0]         out_word,
    output logic [BYTES*OUTPUT_BITS-1:0] out_values,
    output logic                         done
);
    localparam logic [WORD_BITS-1:0] LAST = WORD_BITS'(WORDS - 1);
    localparam int DEPTH = PER_INPUT ? WORDS*256 : 256;
    localparam int ADDRESS_BITS = PER_INPUT && WORDS > 1 ? WORD_BITS + 8 : 8;

    logic [WORD_BITS-1:0] word;
    wire                  taken = data_ready && data_valid;

    always_ff @(posedge clk)
        if (reset) begin
            data_ready <= 1'b0;
            out_valid  <= 1'b0;
            done       <= 1'b0;
        end else begin
            if (start) begin
                data_ready <= 1'b1;
                word       <= '0;
            end else if (taken) begin
                data_ready <= word != LAST;
                word       <= word + 1'b1;
            end
            out_valid <= taken;
            done      <= out_valid && out_word == LAST;
        end

    always_ff @(posedge clk)
        out_word <= word;

    generate
        for (genvar bank = 0; bank < BYTES; bank = bank + 1) begin : banks
            localparam int FILE = PER_INPUT ? bank : 0;

            rom #(
                .WIDTH(OUTPUT_BITS), .DEPTH(DEPTH), .ADDRESS_BITS(ADDRESS_BITS),
                .IMAGE({IMAGE_PREFIX, 8'(48 + FILE/100), 8'(48 + FILE/10%10), 8'(48 + FILE%10), ".hex"}),
                .CHECKSUM(CHECKSUMS[bank*32 +: 32])
            ) values (
                .clk(clk), .enable(taken), .address(ADDRESS_BITS'({word, data[bank*8 +: 8]})),
                .data(out_values[bank*OUTPUT_BITS +: OUTPUT_BITS])
            );
        end
    endgenerate
endmodule
