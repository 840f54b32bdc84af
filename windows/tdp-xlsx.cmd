@echo off
chcp 65001 >nul
setlocal disabledelayedexpansion
title tdp-xlsx
for %%f in (python.exe python311.dll python311.zip python311._pth vcruntime140.dll start.py files.txt) do if not exist "%~dp0python\%%f" goto torn
"%~dp0python\python.exe" -P "%~dp0python\start.py" %*
set "status=%errorlevel%"
if "%status%"=="0" exit /b 0
rem Opened by a double click, the window would close before anybody reads why.
if "%~1"=="" pause
if "%~3"=="menu" pause
exit /b %status%
:torn
echo Chưa đủ tệp của tdp-xlsx trong "%~dp0": giải nén cả tệp .zip (bấm chuột phải, chọn Extract All) vào một thư mục mới rồi mở từ đó.
pause
exit /b 2
