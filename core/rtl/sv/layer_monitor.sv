// Simulation only: compares every output of a layer with the golden values, image after image.
module layer_monitor #(
    parameter NAME = "layer",
    parameter int ROWS = 512,
    parameter int ROWS_AT_ONCE = 16,
    parameter int BLOCK_BITS = 5,
    parameter int BITS = 8,
    parameter int IMAGES = 100,
    parameter GOLDEN = "golden.hex" // (IMAGES, ROWS), one value a line
) (
    input logic                         clk,
    input logic                         valid,
    input logic [BLOCK_BITS-1:0]        block,
    input logic [ROWS_AT_ONCE*BITS-1:0] values,
    input int                           image
);
    localparam int REPORTED = 5; // differences that are shown

    logic [BITS-1:0] golden [0:IMAGES*ROWS-1];
    int compared, different, row;

    initial begin
        $readmemh(GOLDEN, golden);
        compared  = 0;
        different = 0;
    end

    // Half a cycle after the edge: everything is settled.
    initial forever begin
        @(negedge clk);
        if (valid)
            for (int i = 0; i < ROWS_AT_ONCE; i = i + 1) begin
                row = int'(block)*ROWS_AT_ONCE + i;
                if (row < ROWS)
                    compare(row, values[i*BITS +: BITS], golden[image*ROWS + row]);
            end
    end

    task automatic compare(input int at, input logic [BITS-1:0] found, input logic [BITS-1:0] expected);
        compared = compared + 1;
        if (found !== expected) begin
            different = different + 1;
            if (different <= REPORTED)
                $display("FAIL: image %0d, layer %0s, row %0d: 'h%0h, must be 'h%0h", image, NAME, at, found,
                         expected);
        end
    endtask
endmodule
